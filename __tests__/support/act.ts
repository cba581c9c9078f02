/** Runs workflow files with act, in a repository made for the run, and reports what ran. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { toolPath } from '../../scripts/tools.ts'

const root = resolve('.')
const fixtures = join(root, '__tests__', 'workflows')

export type Result = 'success' | 'failure'

export interface Step {
  job: string
  name: string
  result: Result
}

export interface WorkflowRun {
  /** The result of each job that ran, by its id and, in a matrix, its variant. */
  jobs: Record<string, Result>
  /** The workflow's own steps that ran, in order. */
  steps: Step[]
  /** The outputs that each step set, by step ID. */
  outputs: Record<string, Record<string, string>>
  /** What the steps masked. */
  masks: string[]
  /** What a reader of the log sees, with annotations and summaries; the last lines of a failing shell can be lost. */
  log: string
}

export interface Scenario {
  workflow: string
  event: 'push' | 'branch' | 'fork' | 'schedule'
  secrets?: Record<string, string>
  env?: Record<string, string>
  /** An existing repository to run in, instead of a small one made for the run. */
  repository?: string
  /** The one job to run, with those that it needs. */
  job?: string
}

const EVENTS = { push: 'push', branch: 'pull_request', fork: 'pull_request', schedule: 'schedule' }

/** Far longer than any run takes; a run that hangs must not block the tests. */
const LIMIT = 120_000

let released: string | undefined

/** What a tag of this repository has that workflows use: act copies the whole folder for each `uses`. */
function releasedFolder(): string {
  if (!released) {
    released = mkdtempSync(join(tmpdir(), 'nolapse-released-'))
    for (const part of ['action.yml', 'dist', '.github', 'run'])
      cpSync(join(root, part), join(released, part), { recursive: true })
  }
  return released
}

export function removeReleased(): void {
  if (released) rmSync(released, { recursive: true, force: true })
  released = undefined
}

/** A repository with two modules, as the examples have it. */
function makeRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-repository-'))
  for (const module of ['api', 'web']) {
    mkdirSync(join(folder, module))
    writeFileSync(join(folder, module, 'go.mod'), `module example.com/${module}\n`)
  }
  initialise(folder)
  return folder
}

/** act reads owner, name and commit from git. */
export function initialise(folder: string): void {
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=A tester', '-c', 'user.email=tester@example.com']
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`)
  }
  git('init', '--quiet', '--initial-branch', 'main')
  git('remote', 'add', 'origin', 'https://github.com/acme/api')
  git('add', '.')
  git('commit', '--quiet', '--message', 'A repository of a test')
}

/** The folder that replaces an action used by a workflow. */
function localRepositories(workflow: string): string[] {
  const ours = [join('.github', 'workflows', 'token-gate.yml'), join('run', 'action.yml')]
  const text = [workflow, ...ours.map(path => readFileSync(join(root, path), 'utf8'))].join('\n')
  const used = [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)[\w./-]*@([\w.-]+)/g)]
  const standIns: Record<string, string> = {
    'nolapse/token-action': releasedFolder(),
    'nolapse/nolapse-action': join(fixtures, 'stand-ins', 'nolapse-action'),
  }
  const pairs = used.flatMap(([, name = '', ref]) => {
    const standIn = standIns[name] ?? join(fixtures, 'stand-ins', name.replace('actions/', ''))
    // act handles the rest itself: its checkout is the folder that it runs in.
    return existsSync(standIn) ? [`${name}@${ref}=${standIn}`] : []
  })
  return [...new Set(pairs)].flatMap(pair => ['--local-repository', pair])
}

export async function runWorkflow(scenario: Scenario): Promise<WorkflowRun> {
  const { workflow, event, secrets = {}, env = {}, job } = scenario
  const repository = scenario.repository ?? makeRepository()
  const home = mkdtempSync(join(tmpdir(), 'nolapse-act-'))
  const file = (name: string, content: string) => {
    writeFileSync(join(home, name), content)
    return join(home, name)
  }
  try {
    const path = join(repository, '.github', 'workflows', 'tested.yml')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, workflow)
    const output = await act(
      [
        EVENTS[event],
        ...['--workflows', path, '--eventpath', join(fixtures, 'events', `${event}.json`)],
        ...(job ? ['--job', job] : []),
        // In a file: arguments are for everyone on the machine to see.
        ...['--secret-file', file('secrets', dotenv(secrets)), '--json', '--no-cache-server'],
        ...['ubuntu-latest', 'self-hosted'].flatMap(label => ['--platform', `${label}=-self-hosted`]),
        ...localRepositories(workflow),
      ],
      repository,
      {
        // Steps inherit act's own environment, so it has to be nearly empty.
        PATH: [
          join(fixtures, 'stand-ins'),
          dirname(process.execPath),
          '/usr/local/bin',
          '/usr/bin',
          '/bin',
        ].join(delimiter),
        HOME: home,
        ...env,
      },
    )
    return read(output)
  } finally {
    rmSync(home, { recursive: true, force: true })
    if (!scenario.repository) rmSync(repository, { recursive: true, force: true })
  }
}

const dotenv = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('')

function act(args: string[], cwd: string, env: Record<string, string>): Promise<string> {
  const child = spawn(toolPath('act'), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  return new Promise((settle, reject) => {
    child.on('error', reject)
    child.on('close', (_code, signal) =>
      signal ? reject(new Error(`act was ended by ${signal}:\n${output}`)) : settle(output),
    )
  })
}

/** One line of act's log. */
interface Entry {
  msg: string
  jobID?: string
  matrix?: Record<string, string>
  stage?: string
  step?: string
  stepID?: string[]
  stepResult?: Result
  jobResult?: Result
  command?: string
  name?: string
  arg?: string
  content?: string
}

function read(output: string): WorkflowRun {
  const run: WorkflowRun = { jobs: {}, steps: [], outputs: {}, masks: [], log: '' }
  const seen: string[] = []
  for (const line of output.split('\n').filter(Boolean)) {
    const entry: Entry = line.startsWith('{') ? JSON.parse(line) : { msg: line }
    const variant = Object.values(entry.matrix ?? {}).join(', ')
    const job = variant ? `${entry.jobID} (${variant})` : `${entry.jobID}`
    seen.push(entry.msg)
    // act logs the command itself only for tools.
    if (entry.command === 'add-mask') run.masks.push(entry.arg ?? '')
    else seen.push(...[entry.arg, entry.content].filter(part => part !== undefined))
    if (entry.command === 'set-output') {
      const id = entry.stepID?.[0] ?? ''
      run.outputs[id] = { ...run.outputs[id], [entry.name ?? '']: entry.arg ?? '' }
    }
    if (entry.jobResult) run.jobs[job] = entry.jobResult
    // The ID of a step in a composite action includes the IDs of all the steps around it.
    if (entry.stepResult && entry.stage === 'Main' && entry.stepID?.length === 1)
      run.steps.push({ job, name: entry.step ?? '', result: entry.stepResult })
  }
  run.log = seen.join('\n')
  return run
}
