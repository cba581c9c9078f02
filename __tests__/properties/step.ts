/** The whole step in this process, against a server whose answer is set anew for each run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseOutputs } from '../../harness/runner.ts'
import { action } from '../../src/action/action.ts'
import { bench, response } from '../support/faults.ts'

export interface Stepped {
  code: number
  outputs: Record<string, string>
  summary: string
  /** What was printed, without the mask commands. */
  printed: string
  /** Requests that the server saw. */
  asked: number
}

export interface Given {
  inputs?: Record<string, string>
  token?: string
  answer?: { status: number; body: string; headers?: string[] }
}

export interface Stage {
  url: string
  run: (given: Given) => Promise<Stepped>
  close: () => Promise<void>
}

const OURS = /^(INPUT_|NOLAPSE_|GITHUB_|NODE_TLS_|https?_proxy$|no_proxy$)/i

export async function makeStage(): Promise<Stage> {
  const before = { ...process.env }
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-property-'))
  const [output, summary, event] = ['output', 'summary', 'event.json'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(event, '{}')
  let bytes = ''
  const server = await bench(async ({ socket, request }) => {
    await request
    socket.end(bytes, 'latin1')
  })
  for (const name of Object.keys(process.env)) if (OURS.test(name)) delete process.env[name]

  return {
    url: server.http,
    async run({ inputs = {}, token = '', answer = { status: 200, body: '' } }) {
      const asked = server.connections()
      bytes = response(answer.status, Buffer.from(answer.body).toString('latin1'), answer.headers)
      writeFileSync(output, '')
      writeFileSync(summary, '')
      for (const name of Object.keys(process.env)) if (/^INPUT_/.test(name)) delete process.env[name]
      Object.assign(process.env, {
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_EVENT_PATH: event,
        // An environment holds no zero byte.
        NOLAPSE_TOKEN: token.replaceAll('\0', ''),
      })
      for (const [name, value] of Object.entries({ 'api-url': server.http, ...inputs }))
        process.env[`INPUT_${name.toUpperCase()}`] = value.replaceAll('\0', '')
      const write = process.stdout.write
      let printed = ''
      process.stdout.write = ((chunk: unknown) => {
        printed += String(chunk)
        return true
      }) as typeof process.stdout.write
      let code: number
      try {
        code = await action()
      } finally {
        process.stdout.write = write
      }
      return {
        code,
        outputs: parseOutputs(readFileSync(output, 'utf8')),
        summary: readFileSync(summary, 'utf8'),
        printed: printed
          .split('\n')
          .filter(line => !line.startsWith('::add-mask::'))
          .join('\n'),
        asked: server.connections() - asked,
      }
    },
    async close() {
      process.env = before
      rmSync(folder, { recursive: true, force: true })
      await server.close()
    },
  }
}
