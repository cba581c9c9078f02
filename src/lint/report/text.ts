/** For people, in a terminal of 80 columns. */
import type { Counterexample, Finding, Platform, WorkflowVerdict } from '../findings.ts'
import type { Checked } from '../github/checked.ts'
import type { Reported } from './report.ts'
import { safe } from './safe.ts'
import { summary } from './summary.ts'

const WIDTH = 80

/** Wraps a text at blanks. */
function wrap(text: string, indent: string, first: string = indent): string[] {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = indent
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}

const quoted = (names: readonly string[]): string => names.map(name => `\`${safe(name)}\``).join(', ')

export function textOf(reported: Reported): string {
  const { result, unread, checked } = reported
  const { workflows, findings } = result
  const blocks: string[][] = [
    ...workflows.map(verdict => [...headline(verdict), ...details(verdict)]),
    // The table of the counterexample shows it already.
    ...findings.filter(({ ofProof }) => !ofProof).map(findingLines),
    ...findings.filter(({ ofProof }) => ofProof).map(remedyLines),
    ...unread.map(({ file, line, column, message }) =>
      wrap(safe(message), '  ', `${safe(file)}:${line}:${column}: note: `),
    ),
  ]
  if (workflows.length > 0) blocks.push(ASSUMPTIONS)
  blocks.push(wrap(summary(reported), '  ', 'nolapse lint: '))
  blocks.push(...checked.map(checkedLines))
  return blocks.map(lines => lines.join('\n')).join('\n\n')
}

const EVENTS = { pull_request: 'pull requests', merge_group: 'the merge queue' }

function headline({ file, event, required, require, holds, cases }: WorkflowVerdict): string[] {
  const place = `${safe(file)}, ${EVENTS[event]}: `
  const names = required ?? require ?? []
  const checked = `${cases} ${cases === 1 ? 'case' : 'cases'}`
  // GitHub requires no check of this workflow. It may require the workflow itself.
  if (required?.length === 0) {
    if (holds === true) return wrap(`holds (${checked}).`, '  ', place)
    const how = holds === false ? 'DOES NOT HOLD' : 'not proven'
    return wrap(`${how}: no check of this workflow is known to be required.`, '  ', place)
  }
  if (holds === true && required)
    return wrap(
      `holds with the required check${names.length === 1 ? '' : 's'} ${quoted(names)} (${checked}).`,
      '  ',
      place,
    )
  if (holds === true) return wrap(`holds (${checked}) if you require ${quoted(names)}.`, '  ', place)
  if (holds === false)
    return wrap(
      `DOES NOT HOLD${required ? ` with the required check${names.length === 1 ? '' : 's'} ${quoted(names)}` : ', no matter which checks are required'}.`,
      '  ',
      place,
    )
  return wrap(`not proven (${checked}).`, '  ', place)
}

/** Where the settings of each server list the required checks. */
const SETTINGS: Record<Platform, string[]> = {
  github: [
    '  On GitHub: Settings > Rules > Rulesets > New branch ruleset,',
    '  "Require status checks to pass". Add:',
  ],
  forgejo: [
    '  On Forgejo: Settings > Branches > Add new rule, "Enable status check".',
    '  Add as status check patterns, one on each line:',
  ],
  gitea: [
    '  On Gitea: Settings > Branches > Add new rule, "Enable status check".',
    '  Add as status check patterns, one on each line:',
  ],
}

function details({
  platform,
  required,
  require,
  holds,
  counterexample,
  timedOut,
}: WorkflowVerdict): string[] {
  const lines: string[] = []
  if (holds !== false && !required && require && require.length > 0)
    lines.push(...SETTINGS[platform], ...require.map(name => `    ${safe(name)}`))
  if (timedOut) lines.push(...wrap('Time ran out before all cases were checked.', '  '))
  if (counterexample) lines.push(...table(counterexample))
  return lines
}

const WHO = {
  own: 'a branch of the repository',
  fork: 'a fork',
  dependabot: 'Dependabot',
  queue: 'the merge queue',
}

const NOLAPSE = { passed: 'passed', failed: 'failed', 'not-run': 'does not run' }

/** The counterexample. */
function table({ who, token, nolapse, jobs, assumes }: Counterexample): string[] {
  const rows: [string, string][] = [
    ['pull request from', WHO[who]],
    ['token', token],
    ['nolapse', NOLAPSE[nolapse]],
    ...Object.entries(jobs).map(([id, result]): [string, string] => [`job ${safe(id)}`, result]),
    ['merge', 'possible'],
  ]
  const width = Math.min(Math.max(...rows.map(([name]) => name.length)), WIDTH / 2)
  return [
    ...rows.flatMap(([name, value]) => wrap(value, ' '.repeat(width + 6), `    ${name.padEnd(width)}  `)),
    ...assumes.flatMap(one => wrap(`assumed: ${safe(one)}`, '      ', '    ')),
  ]
}

const findingLines = ({ rule, level, file, line, column, message, remedy }: Finding): string[] => [
  ...wrap(`${level}: ${rule}`, '  ', `${safe(file)}:${line}:${column}: `),
  ...wrap(safe(message), '  '),
  ...wrap(`What to do: ${safe(remedy)}`, '  '),
]

const remedyLines = ({ rule, level, file, line, column, remedy }: Finding): string[] => [
  ...wrap(`${level}: ${rule}`, '  ', `${safe(file)}:${line}:${column}: `),
  ...wrap(`What to do: ${safe(remedy)}`, '  '),
]

/** What was checked, so that "no finding" means something. */
const checkedLines = ({ where, seen, unseen }: Checked): string[] => [
  ...wrap(`Checked in ${safe(where)}:`, '  ', ''),
  ...seen.flatMap(one => wrap(safe(one), '    ', '  - ')),
  ...unseen.flatMap(one => wrap(safe(one), '    ', '  - ')),
]

const ASSUMPTIONS = [
  'Assumed: the pull request leaves these files unchanged, no one who has the right',
  'to bypass the rules does so, and no one posts a check of that name by hand.',
]
