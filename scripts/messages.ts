/**
 * Prints every message of the gate as a table, to be read by someone in a hurry: what happened, what to do, why.
 *
 *   npm run messages                    as on GitHub
 *   npm run messages -- gitlab          as there; also: forgejo, jenkins, bitbucket, terminal
 */
import { VERDICTS } from '../harness/verdicts.ts'
import { DEFAULTS } from '../src/gate/settings.ts'
import type { NotOk } from '../src/gate/verdict.ts'
import { advise } from '../src/messages/advise.ts'
import { hintsFor } from '../src/messages/causes/ci.ts'
import type { Hints } from '../src/messages/causes/hints.ts'

const PLACES: Record<string, NodeJS.ProcessEnv> = {
  github: { GITHUB_ACTIONS: 'true' },
  forgejo: { GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' },
  gitlab: { GITLAB_CI: 'true' },
  jenkins: { BUILD_TAG: 'jenkins-1' },
  bitbucket: { BITBUCKET_BUILD_NUMBER: '1' },
  terminal: {},
}
const [place = 'github'] = process.argv.slice(2)
const env = PLACES[place]
if (!env) {
  process.stderr.write(
    `There is no place called that. What to do: Use one of ${Object.keys(PLACES).join(', ')}.\n`,
  )
  process.exit(2)
}

const action = 'GITHUB_ACTIONS' in env
const situation = {
  host: 'nolapse.example.com',
  seconds: 90,
  setting: (name: string) => (name in DEFAULTS ? (action ? `the input \`${name}\`` : `--${name}`) : name),
}

function rowOf(verdict: NotOk, hints: Hints, outcome?: string): string[] {
  const { what, causes, remedy } = advise(verdict, situation, hints, outcome)
  return [outcome ? `${verdict.reason} (tolerated)` : verdict.reason, what, remedy, causes.join(' · ')]
}

/** One verdict for each reason that can be tolerated. */
const TOLERATED = ['missing', 'unavailable'].map(reason =>
  VERDICTS.find(verdict => verdict.reason === reason),
) as NotOk[]

const cell = (text: string) => text.replaceAll('\n', ' ').replaceAll('|', '\\|')
const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |\n`

process.stdout.write(line(['reason', 'what happened', 'what to do', 'likely causes']))
process.stdout.write(line(['---', '---', '---', '---']))
const rows = [
  ...VERDICTS.map(verdict => rowOf(verdict, hintsFor(verdict, env))),
  ...TOLERATED.map(verdict => rowOf(verdict, hintsFor(verdict, env), 'The step passed.')),
]
for (const row of rows) process.stdout.write(line(row))
