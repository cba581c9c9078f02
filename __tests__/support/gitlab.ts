/** Runs a GitLab pipeline on this machine with gitlab-ci-local and its shell executor. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const GITLAB_CI_LOCAL = resolve('node_modules/gitlab-ci-local/dist/index.js')
const RSYNC = resolve('__tests__/support/rsync.ts')

export interface Project {
  /** .gitlab-ci.yml */
  pipeline: string
  /** The project's CI/CD variables. */
  variables?: Record<string, string>
  /** Other files in the repository. */
  files?: Record<string, string>
  /** Commands of the jobs' images that are not on this machine, as shell scripts. */
  commands?: Record<string, string>
  /** The runner's environment beside PATH and HOME. */
  env?: Record<string, string>
}

export interface Pipeline {
  code: number | null
  /** The jobs that were started, with their logs. */
  jobs: Record<string, string>
  /** The variables of each job's dotenv report. */
  reports: Record<string, Record<string, string>>
  /** Everything that gitlab-ci-local printed, including the jobs' logs. */
  log: string
}

const quoted = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')

export async function runPipeline({
  pipeline,
  variables = {},
  files = {},
  commands = {},
  env = {},
}: Project): Promise<Pipeline> {
  const home = mkdtempSync(join(tmpdir(), 'nolapse-gitlab-'))
  const bin = join(home, 'bin')
  const project = join(home, 'project')
  const write = (path: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { mode })
  }
  try {
    const rsync = `exec '${process.execPath}' '${RSYNC}' "$@"`
    for (const [name, script] of Object.entries({ rsync, ...commands }))
      write(join(bin, name), `#!/bin/sh\n${script}\n`, 0o755)
    for (const [path, content] of Object.entries({ '.gitlab-ci.yml': pipeline, ...files }))
      write(join(project, path), content, 0o755)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
        cwd: project,
        stdio: 'ignore',
      })
    git('init', '--initial-branch=main')
    git('remote', 'add', 'origin', 'git@gitlab.example.com:acme/api.git')
    git('add', '--force', '.')
    git('commit', '--message', 'A repository')
    write(join(project, '.gitlab-ci-local-variables.yml'), quoted(variables))

    const child = spawn(
      process.execPath,
      [GITLAB_CI_LOCAL, '--force-shell-executor', '--shell-isolation', '--concurrency', '2', '--no-color'],
      {
        cwd: project,
        env: { ...env, HOME: home, PATH: `${bin}:${process.env.PATH}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', chunk => {
        log += chunk
      })
    const code = await new Promise<number | null>((settle, reject) => {
      child.on('error', reject)
      child.on('close', settle)
    })
    const state = join(project, '.gitlab-ci-local')
    return { code, log, jobs: logsIn(join(state, 'output')), reports: reportsIn(join(state, 'artifacts')) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const entries = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

const logsIn = (folder: string): Pipeline['jobs'] =>
  Object.fromEntries(
    entries(folder).map(name => [name.replace(/\.log$/, ''), readFileSync(join(folder, name), 'utf8')]),
  )

function reportsIn(folder: string): Pipeline['reports'] {
  const reports: Pipeline['reports'] = {}
  for (const job of entries(folder)) {
    const dotenv = join(folder, job, '.gitlab-ci-reports', 'dotenv')
    for (const name of entries(dotenv)) {
      const lines = readFileSync(join(dotenv, name), 'utf8').trimEnd().split('\n')
      reports[job] = Object.fromEntries(lines.map(line => line.split(/=(.*)/s).slice(0, 2)))
    }
  }
  return reports
}
