/**
 * What a job pays for the gate, from `uses:` to the verdict: the download, unpacking it, and the start of the built
 * action side by side with bare Node and with the least possible script.
 *
 * A machine's speed drifts while it is measured, so what is compared runs in the same round, in random order, and
 * the ratio is taken round by round. The servers are in a process of their own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { NODE, TOKEN } from '../harness/runner.ts'
import { archiveOf, unpack } from './archive.ts'
import { mainOf } from './peer.ts'
import { startProgress } from './progress.ts'
import { median, quantile, table } from './statistics.ts'

const root = resolve(import.meta.dirname, '..')

const HELP = `Shows what a job pays for the gate: download, unpacking, start-up.

Usage: npm run bench -- [options]

  --rounds N      run everything N times (default: 40)
  --peer FOLDER   measure another action beside it: a clone, or an unpacked archive; can be repeated.
                  It gets no inputs, and no network but loopback, so most peers end at their first check
  --dist FOLDER   measure the start-up of another build of this action
  --json          print JSON
  --help          show this help
`

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
    dist: { type: 'string', default: join(root, 'dist') },
    peer: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit()
}
const rounds = Number(options.rounds)
if (!(Number.isInteger(rounds) && rounds > 0)) throw new RangeError('--rounds takes a whole number from 1')
const MEMORY_ROUNDS = 5
const mains = options.peer.map(mainOf)

const here = (name: string) => join(import.meta.dirname, name)
const built = (name: string) => resolve(options.dist, name)

const server = spawn(process.execPath, [here('server.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
const [line] = await once(createInterface(server.stdout), 'line')
const { http, https, authority } = JSON.parse(line) as Record<'http' | 'https' | 'authority', string>

const folder = mkdtempSync(join(tmpdir(), 'nolapse-bench-'))
const output = join(folder, 'output')
const summary = join(folder, 'summary')
const peak = join(folder, 'peak')
writeFileSync(join(folder, 'event.json'), '{}')

/** The environment of every step, so that everything compared starts with the same. */
const RUNNER = {
  PATH: process.env.PATH,
  HOME: folder,
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: join(folder, 'event.json'),
  GITHUB_OUTPUT: output,
  GITHUB_STEP_SUMMARY: summary,
}
const at = (url: string) => ({ BENCH_URL: url, 'INPUT_API-URL': url, NOLAPSE_TOKEN: TOKEN })
const overHttp = at(http)
const overTls = { ...at(https), NODE_EXTRA_CA_CERTS: authority }

interface Contender {
  name: string
  args: string[]
  env: Record<string, string>
  /** What its times are divided by. */
  against?: string
  /** The expected exit code; a peer, which gets no inputs, can end with any. */
  code?: number
  /** What the outputs or standard output must contain for the run to count. */
  shows: RegExp
}

/** The name of its folder, with as much of the path as distinguishes it from the other peers. */
function nameOf(peer: string): string {
  const name = basename(resolve(peer))
  return options.peer.filter(other => basename(resolve(other)) === name).length > 1 ? peer : name
}

/** Actions as a runner gets them: ours, and the peers. */
const downloads = [
  { name: 'nolapse/token-action', folder: root },
  ...options.peer.map(folder => ({ name: nameOf(folder), folder })),
].map(({ name, folder: source }, index) => {
  const archive = archiveOf(source)
  const unpacked = unpack(archive, join(folder, `download-${index}`))
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  )
  return { name, archive, unpacked, files: files.length }
})

/** No request of a peer leaves this machine: its only proxy is a port where nothing listens. */
const NOWHERE = 'http://127.0.0.1:1'
const peers = downloads.slice(1).flatMap(({ name, unpacked }, index): Contender[] => {
  const main = mains[index]
  if (main === undefined) return []
  const env = {
    GITHUB_API_URL: NOWHERE,
    GITHUB_SERVER_URL: NOWHERE,
    ...Object.fromEntries(
      ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map(it => [it, NOWHERE]),
    ),
  }
  return [{ name, args: [join(unpacked, main)], env, against: 'least, HTTP', shows: /^/ }]
})

const contenders: Contender[] = [
  { name: 'bare: node -e 0', args: ['-e', '0'], env: {}, against: 'least, HTTP', code: 0, shows: /^/ },
  { name: 'least, HTTP', args: [here('least.cjs')], env: overHttp, code: 0, shows: /^valid=true$/m },
  {
    name: 'action, HTTP',
    args: [built('index.js')],
    env: overHttp,
    against: 'least, HTTP',
    code: 0,
    shows: /^valid<<(.+)\ntrue\n\1$/m,
  },
  { name: 'least, TLS', args: [here('least.cjs')], env: overTls, code: 0, shows: /^valid=true$/m },
  {
    name: 'action, TLS',
    args: [built('index.js')],
    env: overTls,
    against: 'least, TLS',
    code: 0,
    shows: /^valid<<(.+)\ntrue\n\1$/m,
  },
  {
    name: 'action, no token',
    args: [built('index.js')],
    env: { ...overHttp, NOLAPSE_TOKEN: '' },
    against: 'least, HTTP',
    code: 1,
    shows: /^reason<<(.+)\nmissing\n\1$/m,
  },
  {
    name: 'command line, HTTP',
    args: [built('cli.js'), 'check', '--api-url', http],
    env: overHttp,
    against: 'least, HTTP',
    code: 0,
    shows: /nolapse token is valid/,
  },
  ...peers,
]

/** One run, in milliseconds from start to end. Throws if it did not do what is measured. */
function run({ name, args, env, code, shows }: Contender, ...first: string[]): number {
  for (const file of [output, summary]) writeFileSync(file, '')
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(NODE, [...first, ...args], {
    cwd: folder,
    env: { ...RUNNER, ...env, BENCH_PEAK: peak },
    encoding: 'utf8',
  })
  const elapsed = performance.now() - start
  if ((code !== undefined && status !== code) || !shows.test(`${readFileSync(output, 'utf8')}\n${stdout}`))
    throw new Error(`${name}: ended with ${status}, not with what it is measured for.\n${stderr}`)
  return elapsed
}

function memoryOf(contender: Contender): number {
  const peaks = Array.from({ length: MEMORY_ROUNDS }, () => {
    run(contender, '--require', here('peak.cjs'))
    return Number(readFileSync(peak, 'utf8'))
  })
  return median(peaks)
}

/** One unpacking, in milliseconds: the same `tar` that a runner starts. */
function unpacking(archive: Buffer): number {
  const into = join(folder, 'unpacked')
  const start = performance.now()
  unpack(archive, into)
  const elapsed = performance.now() - start
  rmSync(into, { recursive: true })
  return elapsed
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}

try {
  for (const contender of contenders) run(contender)
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  const unpackings = downloads.map((): number[] => [])
  const progress = startProgress('rounds', rounds)
  for (let round = 0; round < rounds; round++) {
    for (const contender of shuffled(contenders)) times.get(contender.name)?.push(run(contender))
    for (const index of shuffled([...downloads.keys()]))
      unpackings[index]?.push(unpacking(downloads[index]?.archive as Buffer))
    progress.step()
  }

  const spread = (values: number[]) => ({
    median: median(values),
    quartiles: [quantile(values, 0.25), quantile(values, 0.75)] as const,
  })
  const results = contenders.map(contender => {
    const own = times.get(contender.name) as number[]
    const others = times.get(contender.against ?? contender.name) as number[]
    return {
      name: contender.name,
      milliseconds: spread(own),
      against: contender.against,
      ratio: spread(own.map((time, round) => time / (others[round] as number))),
      peakBytes: memoryOf(contender),
    }
  })

  const startOf = (name: string) => results.find(result => result.name === name)?.milliseconds.median
  const job = downloads.map(({ name, archive, files }, index) => {
    const unpack = median(unpackings[index] as number[])
    const start = startOf(index === 0 ? 'action, HTTP' : name)
    const sum = start === undefined ? undefined : unpack + start
    return { name, bytes: archive.length, files, milliseconds: { unpack, start, sum } }
  })

  if (options.json) console.log(JSON.stringify({ node: process.version, rounds, job, results }, null, 2))
  else {
    const number = (digits: number) => (value: number) => value.toFixed(digits)
    const known = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(1))
    console.log(
      table(
        ['action', 'archive kB', 'files', 'unpack ms', 'start ms', 'sum ms'],
        job.map(({ name, bytes, files, milliseconds: { unpack, start, sum } }) => [
          name,
          number(1)(bytes / 1000),
          String(files),
          number(1)(unpack),
          known(start),
          known(sum),
        ]),
      ),
    )
    console.log('\nWhat a job pays beside the network: the archive, unpacking it, and the process.\n')
    const range = (values: readonly number[], digits: number) => values.map(number(digits)).join(' – ')
    console.log(
      table(
        ['process', 'ms', 'quartiles', 'ratio', 'quartiles', 'against', 'peak MB'],
        results.map(({ name, milliseconds, against, ratio, peakBytes }) => [
          name,
          number(1)(milliseconds.median),
          range(milliseconds.quartiles, 1),
          against ? number(3)(ratio.median) : '',
          against ? range(ratio.quartiles, 2) : '',
          against ?? '',
          number(1)(peakBytes / 1e6),
        ]),
      ),
    )
    console.log(
      `\n${rounds} rounds in random order, Node ${process.version}; medians, ratios paired round by round.`,
    )
  }
} finally {
  server.stdin.end()
  rmSync(folder, { recursive: true, force: true })
}
