/** The environment variables of a job's steps: from `env:`, from the runner and its image, and from earlier scripts. */
import { type Entry, type StepsJob, textsIn, WHOLE_ENV } from '../workflow.ts'
import { evaluate, evaluateScalar, type Scope } from './evaluate.ts'
import { githubContext, RUNNER_VARIABLES } from './github-context.ts'
import { handedOn, member, text, Unsettled, type Value } from './value.ts'
import type { World } from './world.ts'

/** One `env:`, with the scope in which its values are evaluated. */
export interface Layer {
  entries: Entry[]
  scope: () => Scope
  /** The step's own, which nothing overrides. */
  ofStep: boolean
}

/** The value of a variable in one `env:`, if it is there. */
function valueIn(
  { entries, scope }: Layer,
  name: string,
  isMeant: (entry: Entry) => boolean,
): Value | undefined {
  const found = entries.find(isMeant)
  if (found) return evaluateScalar(found.value, scope())
  const whole = entries.find(one => one.name === WHOLE_ENV)?.value.expression
  const value = whole && member(evaluate(whole, scope()), name)
  return value && handedOn(value)
}

/** What bash reads before a script: a file to run, its options, and functions. */
const SHELL_VARIABLE = /^(BASH_ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*)$/
const SHELL_VARIABLE_IN_TEXT = /\b(BASH_ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_)/

/** Variables that the images of GitHub's runners set. */
const OF_THE_IMAGE =
  /^(Image\w+|ACCEPT_EULA|AGENT_\w+|ANDROID_\w+|ANT_HOME|AZURE_\w+|BOOTSTRAP_\w+|CHROME\w*|CONDA|DEBIAN_FRONTEND|DEPLOYMENT_BASEPATH|DOTNET_\w+|EDGEWEBDRIVER|ENABLE_RUNNER_TRACING|GECKOWEBDRIVER|GHCUP_\w+|GOROOT_\w+|GRADLE_HOME|HOMEBREW_\w+|INVOCATION_ID|JAVA_HOME\w*|JOURNAL_STREAM|LC_\w+|LOGNAME|MEMORY_\w+|NVM_DIR|OLDPWD|PIPX_\w+|PSModulePath|RUNNERS?_\w+|SELENIUM_\w+|SGX_\w+|SWIFT_PATH|SYSTEMD_\w+|TERM|VCPKG_\w+|XDG_\w+|AGENT_TOOLSDIRECTORY)$/

/** Whether a script writes more to GITHUB_ENV than lines with a name that is in the script. */
const setsAny = (text: string): boolean =>
  text
    .split('\n')
    .some(
      line =>
        line.includes('GITHUB_ENV') &&
        (!/^\s*(echo\s|printf\s|\}|done\b|cat\s*(>>\s*\S+\s*)?<<)/.test(line) || /\$\{?\w+\}?=/.test(line)),
    )

/** What the steps of a job find in their environment. The steps before them can change it. */
export class JobEnvironment {
  readonly #world: World
  /** The job and its leg, for display. */
  readonly #path: string
  readonly #job: StepsJob
  /** Something that is not followed has run. It may have set variables for later steps. */
  #unfollowed = false
  /** The scripts so far that write to GITHUB_ENV. */
  readonly #setters: string[] = []

  constructor(world: World, path: string, job: StepsJob) {
    this.#world = world
    this.#path = path
    this.#job = job
  }

  /** A script or action that is not followed has run. */
  ranUnfollowed(): void {
    this.#unfollowed = true
  }

  /** A script has run. */
  ran(script: string): void {
    if (/GITHUB_ENV|\bset-env\b/.test(script)) this.#setters.push(script)
  }

  /** Whether an earlier script may have set a variable. It then overrides the `env:` of job and workflow. */
  #maySet(name: string): boolean {
    return this.#setters.some(text => setsAny(text) || text.toLowerCase().includes(name.toLowerCase()))
  }

  /** An environment variable for a script; undefined if it is not set. */
  variable(name: string, layers: readonly Layer[]): Value | undefined {
    const open = () => this.#world.open(`$${name} in ${this.#path}`, { source: 'unknown' })
    // The runner's own value wins over an `env:` of that name.
    const github = RUNNER_VARIABLES.get(name)
    if (github !== undefined) return member(githubContext(this.#world), github)
    for (const layer of layers) {
      const found = valueIn(layer, name, one => one.name === name)
      if (found) return !layer.ofStep && this.#maySet(name) ? open() : found
    }
    if (name === 'CI' || name === 'GITHUB_ACTIONS') return text('true')
    const fromRunner = /^(GITHUB|RUNNER|ACTIONS|INPUT)_|^(HOME|PATH|PWD|USER|SHELL|LANG|TMPDIR)$/.test(name)
    return fromRunner || this.#unfollowed || this.#mayBeOutside(name) ? open() : undefined
  }

  /** A variable of the runner's or container's image, or one that a script before has set. */
  #mayBeOutside(name: string): boolean {
    const { inContainer, runsOn } = this.#job
    const isOwn = runsOn !== undefined && textsIn(runsOn).some(label => /^self-hosted$/i.test(label))
    return this.#setters.length > 0 || inContainer || isOwn || OF_THE_IMAGE.test(name)
  }

  /** The value of `env.NAME` for an expression; undefined if it is not set. */
  expressionValue(name: string, layers: readonly Layer[]): Value | undefined {
    const open = () => this.#world.open(`env.${name} in ${this.#path}`, { source: 'unknown' })
    for (const layer of layers) {
      const found = valueIn(layer, name, one => one.name.toLowerCase() === name.toLowerCase())
      if (found) return !layer.ofStep && this.#maySet(name) ? open() : found
    }
    return this.isWhole ? undefined : open()
  }

  /** Whether the `env:` of job and workflow are all that there is: nothing has run that may have set more variables. */
  get isWhole(): boolean {
    return !this.#unfollowed && this.#setters.length === 0
  }

  /** A variable that makes the shell read other commands first, or ignore the script. */
  shellVariable(layers: readonly Layer[]): string | undefined {
    const wholes = layers.flatMap(({ entries, scope }) =>
      entries.flatMap(({ name, value: { expression } }) =>
        name === WHOLE_ENV && expression ? [evaluate(expression, scope())] : [],
      ),
    )
    if (wholes.some(value => value instanceof Unsettled)) return 'BASH_ENV'
    const names = layers.flatMap(({ entries }) => entries.map(({ name }) => name))
    const text = this.#setters.join('\n')
    return names.find(name => SHELL_VARIABLE.test(name)) ?? SHELL_VARIABLE_IN_TEXT.exec(text)?.[0]
  }
}
