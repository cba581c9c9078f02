/** A folder as a repository has it, linted. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Finding } from '../../src/lint/findings.ts'
import { lint, type Outcome, type Request } from '../../src/lint/lint.ts'

export type Files = Record<string, string>

/** Makes the folder, hands it over, and removes it. */
export async function inFolder<T>(files: Files, use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const lintFiles = (files: Files, request: Partial<Request> = {}): Promise<Outcome> =>
  inFolder(files, here =>
    lint({ paths: [], required: [], strict: false, format: 'json', version: '1.2.3', here, ...request }),
  )

export async function findingsIn(files: Files, request: Partial<Request> = {}): Promise<Finding[]> {
  const { document } = await lintFiles(files, request)
  return JSON.parse(document).findings
}

export const WORKFLOW = '.github/workflows/coverage.yml'

/** Where a rule finds something in one workflow: `rule line`. */
export const placesIn = async (text: string, rule: string, name = WORKFLOW): Promise<string[]> =>
  (await findingsIn({ [name]: text })).filter(one => one.rule === rule).map(one => `${one.file}:${one.line}`)

/** A workflow with a gate and nolapse in one job; the argument replaces the usual lines. */
export const workflow = ({
  env = '',
  jobEnv = '',
  gate = 'with: {token: "${{ secrets.NOLAPSE_TOKEN }}"}',
  run = 'nolapse run --repo .',
  before = '',
  on = 'pull_request',
}: Partial<Record<'env' | 'jobEnv' | 'gate' | 'run' | 'before' | 'on', string>> = {}): string => `
on: ${on}
${env}
jobs:
  coverage:
    runs-on: ubuntu-latest
    ${jobEnv}
    steps:
      ${before}
      - id: gate
        uses: nolapse/token-action@v1
        ${gate}
      - run: ${run}
        env: {NOLAPSE_TOKEN: "\${{ secrets.NOLAPSE_TOKEN }}"}
`
