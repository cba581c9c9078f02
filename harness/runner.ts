/** Runs the built action as the runner does: in its own Node process, with the runner's environment and files. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const DIST = resolve('dist')

/** The Node to run dist/ with: ACTION_NODE tries another one, such as the Node 20 of 32-bit ARM runners. */
export const NODE = process.env.ACTION_NODE ?? process.execPath

/** Plainly fake, but well-formed. */
export const TOKEN = `nlp_${'0123456789abcdef'.repeat(3).slice(0, 40)}`

/** Another one, which shares no 8 consecutive characters with it. */
export const OTHER_TOKEN = `nlp_${'fedcba9876543210'.repeat(3).slice(0, 40)}`

export interface Setup {
  /** The step's `with:`. */
  inputs?: Record<string, string>
  /** Added to the runner's environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined>
  /** The event's payload, written to the file in GITHUB_EVENT_PATH. */
  event?: unknown
  entry?: string
}

export interface Run {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** By the runner's rules: a later one of the same name wins. */
  outputs: Record<string, string>
  summary: string
  /** The values of the mask commands, in order. */
  masks: string[]
  /** Everything that the run wrote: both streams without the mask commands, output file, summary. */
  traces: string
}

/** Starts the action; `done` settles when its process has ended. */
export function startAction({
  inputs = {},
  env = {},
  event = {},
  entry = join(DIST, 'index.js'),
}: Setup = {}): {
  child: ChildProcess
  done: Promise<Run>
} {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-action-'))
  const file = (name: string, content = '') => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const output = file('output')
  const summary = file('summary')
  const variables: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME: folder,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event)),
    GITHUB_OUTPUT: output,
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: folder,
    // The runner sets every input of action.yml, empty if the workflow does not set it.
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...env,
  }
  const child = spawn(NODE, [entry], {
    cwd: folder,
    env: Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  const done = new Promise<Run>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const written = readFileSync(output, 'utf8')
      const summarised = readFileSync(summary, 'utf8')
      rmSync(folder, { recursive: true, force: true })
      const lines = stdout.split(/\r?\n/)
      const isMask = (line: string) => line.startsWith('::add-mask::')
      settle({
        code,
        signal,
        stdout,
        stderr,
        outputs: parseOutputs(written),
        summary: summarised,
        masks: lines.filter(isMask).map(line => unescaped(line.slice('::add-mask::'.length))),
        traces: [...lines.filter(line => !isMask(line)), stderr, written, summarised].join('\n'),
      })
    })
  })
  return { child, done }
}

export const runAction = (setup?: Setup): Promise<Run> => startAction(setup).done

/** Every 8 consecutive characters of the tokens' bodies that occur in what a run wrote, in any case. */
export function partsIn(traces: string, ...tokens: string[]): string[] {
  const lower = traces.toLowerCase()
  const parts = tokens.map(token => token.replace(/^nlp_/i, '').toLowerCase())
  return parts.flatMap(body =>
    Array.from({ length: Math.max(0, body.length - 7) }, (_, start) => body.slice(start, start + 8)).filter(
      part => lower.includes(part),
    ),
  )
}

/** The annotations of one level, as the runner reads them. */
export const annotations = (run: Run, level: 'error' | 'warning'): string[] =>
  run.stdout
    .split(/\r?\n/)
    .filter(line => line.startsWith(`::${level} `))
    .map(line => unescaped(line.replace(/^::.*?::/, '')))

/** The runner's reading of an output file: `name<<delimiter`, the value's lines, the delimiter; or `name=value`. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue
    const plain = /^([^=<]+)=(.*)$/.exec(line)
    if (plain) {
      outputs[plain[1] as string] = plain[2] as string
      continue
    }
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line)
    if (!heredoc) throw new Error(`not a line of an output file: ${line}`)
    const end = lines.indexOf(heredoc[2] as string)
    if (end < 0) throw new Error(`the delimiter of ${heredoc[1]} does not come back`)
    outputs[heredoc[1] as string] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return outputs
}

/** The data of a runner's command, as the runner reads it. */
export const unescaped = (data: string): string =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
