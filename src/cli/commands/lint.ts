/** `nolapse-token lint`: whether the gate holds in these workflows. Loaded from a file of its own, on request only. */
import { type Command, Option } from 'commander'
import { Interruption } from '../../process/interruption.ts'
import { VERSION } from '../../process/version.ts'
import type { Conclude } from '../completion.ts'
import { EXIT } from '../exit-codes.ts'
import { findCommand } from '../issuing/command.ts'
import { type Lint, loadLint } from '../load-lint.ts'
import { openOutput } from '../output-file.ts'
import { isStandardOutput } from '../output-place.ts'
import { complain, print } from '../print.ts'
import { reportUnwritable } from '../unwritable.ts'

interface Options {
  requiredCheck?: string[]
  github?: string | true
  strict?: true
  format: (typeof FORMATS)[number]
  output?: string
}

const FORMATS = ['text', 'json', 'sarif', 'github'] as const

/**
 * @param earlier the permissions of the files that an earlier run left at `--output`
 * @param load loads the file that contains lint
 */
export function registerLint(
  program: Command,
  conclude: Conclude,
  earlier: ReadonlyMap<string, number>,
  load: () => Lint | undefined = loadLint,
): void {
  program
    .command('lint')
    .summary('prove that no pull request can skip nolapse')
    .description(
      'Reads workflows and pipelines, and proves that a pull request can be merged only if nolapse ran for it and ' +
        'passed. Otherwise, shows how a pull request can skip nolapse. Needs no token and no network.',
    )
    .argument('[path...]', 'files, or folders of repositories (default: the current folder)')
    .option(
      '--required-check <name>',
      'a check that must pass before a merge; repeat it for more checks',
      collect,
    )
    .option(
      '--github [repository]',
      "also check the repository's settings on GitHub, with your own gh: [HOST/]OWNER/REPO (default: the folder's remote)",
    )
    .option('--strict', 'also fail on what is not proven')
    .addOption(new Option('--format <format>', 'how to write the report').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the report to this file; - means standard output')
    .addHelpText('after', AFTER)
    .action(async (paths: string[], options: Options) => conclude(await run(paths, options, earlier, load)))
}

const collect = (name: string, names: string[] = []): string[] => [...names, name]

/** How long to wait for a reader of a pipe at `--output`, in milliseconds. */
const PATIENCE = 90_000

async function run(
  paths: string[],
  options: Options,
  earlier: ReadonlyMap<string, number>,
  load: () => Lint | undefined,
): Promise<number> {
  const interruption = new Interruption()
  const { clock } = interruption
  const patience = { clock, deadline: clock.now() + PATIENCE }
  const file = options.output && !isStandardOutput(options.output) ? options.output : undefined
  let write = async (document: string) => print(document)
  try {
    if (file) {
      const writeFile = await openOutput(file, earlier.get(file), patience)
      write = document => writeFile(`${document}\n`, patience)
    }
    const lint = load()
    if (!lint) {
      complain('nolapse-token: lint.js is missing', MISSING)
      return EXIT.usage
    }
    const { requiredCheck: required = [], strict = false, format } = options
    const { exit, document, complaints, blind } = await lint.lint({
      paths,
      required,
      strict,
      format,
      version: VERSION,
      github: options.github === undefined ? undefined : askWith(options.github),
    })
    if (complaints.length > 0) complain('nolapse-token: wrong usage', complaints.join('\n\n'))
    if (blind.length > 0) complain('nolapse-token: nothing could be read from GitHub', blind.join('\n\n'))
    await write(document)
    return exit
  } catch (error) {
    return reportUnwritable(error, 'The report is lost.', EXIT.usage)
  } finally {
    interruption.stopListening()
  }
}

/** lint decides whether the word after --github is a repository or a path. */
const askWith = (word: string | true) => ({
  word: word === true ? undefined : word,
  gh: findCommand(['gh'])?.path,
  git: findCommand(['git'])?.path,
  environment: process.env,
})

const MISSING =
  '`lint` needs the file lint.js in the folder of this program, and it is not there.\n' +
  `What to do: Copy lint.js too, or run \`npx --yes @nolapse/token-action@${VERSION} lint\`.`

const AFTER = `
A folder is searched for .github/workflows/*.yml and *.yaml, for the same files
of .forgejo and .gitea, and for .gitlab-ci.yml. Without --required-check, lint
names the smallest set of checks to require.

Exit codes:
  0  no errors; with --strict, nothing unproven either
  2  wrong usage, or a file that is not a workflow
  3  nothing could be read from GitHub, or a defect of ours
  5  at least one error; with --strict, also if anything is unproven
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${VERSION} lint
  npx --yes @nolapse/token-action@${VERSION} lint --required-check verdict --strict
  npx --yes @nolapse/token-action@${VERSION} lint --format sarif --output lint.sarif

More: https://github.com/nolapse/token-action/blob/v1/docs/lint.md`
