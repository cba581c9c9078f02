/** The result in the requested format. */
import type { LintResult } from '../findings.ts'
import type { Checked } from '../github/checked.ts'
import type { Unread } from '../gitlab/pipeline.ts'
import { annotations } from './annotations.ts'
import { jsonOf } from './safe.ts'
import { sarifOf } from './sarif.ts'
import { textOf } from './text.ts'

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const

export type Format = (typeof FORMATS)[number]

export interface Reported {
  result: LintResult
  unread: readonly Unread[]
  /** Usage errors, and errors of whole files. */
  complaints: readonly string[]
  version: string
  /** There is no error, but `--strict` fails the run, because something is not proven. */
  rejected: boolean
  /** What was checked on GitHub. */
  checked: readonly Checked[]
}

export function report(format: Format, reported: Reported): string {
  switch (format) {
    case 'text':
      return textOf(reported)
    case 'json':
      return jsonOf(documentOf(reported.result))
    case 'sarif':
      return jsonOf(sarifOf(reported))
    case 'github':
      return annotations(reported)
  }
}

/** Exactly the documented interface. */
const documentOf = ({ holds, files, workflows, findings }: LintResult) => ({
  holds,
  files,
  workflows: workflows.map(({ file, event, required, require, holds, cases, counterexample }) => ({
    file,
    event,
    required,
    require,
    holds,
    cases,
    counterexample,
  })),
  findings: findings.map(({ rule, level, file, line, column, message, remedy }) => ({
    rule,
    level,
    file,
    line,
    column,
    message,
    remedy,
  })),
})
