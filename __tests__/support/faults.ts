/**
 * The fault bench: a peer on loopback that does on each connection what a script says, byte by byte, and the built
 * action in front of it. It can send what a well-behaved server library never would.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { expect } from '@jest/globals'
import { type Run, type Setup, startAction, TOKEN } from '../../harness/runner.ts'

/** The longest that a run may take before it counts as hanging, in milliseconds. The only timing that is asserted. */
export const HANG = 25_000

/** One connection, seen from the peer. */
export interface Peer {
  socket: Socket
  /** What has been received so far. */
  received: () => string
  /** Settles when a whole HTTP request is there, head and body. */
  request: Promise<string>
}

export type Script = (peer: Peer) => unknown

export interface Bench {
  port: number
  http: string
  https: string
  /** How many connections were made. */
  connections: () => number
  /** All bytes received, over all connections. */
  received: () => string
  close: () => Promise<void>
}

/** Serves the scripts one connection after the other; the last one serves all that come later. */
export async function bench(
  scripts: Script | Script[],
  {
    certificate,
    port = 0,
    host = '127.0.0.1',
  }: { certificate?: TlsOptions; port?: number; host?: string } = {},
): Promise<Bench> {
  const script = [scripts].flat()
  const sockets = new Set<Socket>()
  const streams: string[] = []
  let connections = 0

  function serve(socket: Socket) {
    const index = streams.push('') - 1
    const request = new Promise<string>(resolve => {
      socket.on('data', (chunk: Buffer) => {
        const text = streams[index] + chunk.toString('latin1')
        streams[index] = text
        const [head = '', body] = text.split(/\r\n\r\n(.*)/s)
        const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
        if (body !== undefined && body.length >= length) resolve(text)
      })
    })
    const act = script[Math.min(index, script.length - 1)] as Script
    act({ socket, request, received: () => streams[index] as string })
  }

  const server: Server = certificate ? createTlsServer(certificate) : createServer()
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    if (!certificate) serve(socket)
  })
  server
    .on('secureConnection', (socket: TLSSocket) => serve(socket.on('error', () => undefined)))
    .on('tlsClientError', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const address = server.address() as { port: number }
  return {
    port: address.port,
    http: `http://127.0.0.1:${address.port}`,
    https: `https://127.0.0.1:${address.port}`,
    connections: () => connections,
    received: () => streams.join(''),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** The contract's answer for a valid token. */
export const GRANTED = '{"valid":true,"org_id":"org_abc123","scopes":["execute"]}'

/** An HTTP/1.1 answer as text. It has a Content-Length unless `headers` set one or replace it. */
export function response(status: number | string, body = '', headers: string[] = []): string {
  const framed = headers.some(header => /^(content-length|transfer-encoding):/i.test(header))
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`
  return [`HTTP/1.1 ${status} Anything`, ...(framed ? [] : [length]), ...headers, '', body].join('\r\n')
}

/** Sends these bytes (one per character) once the request has arrived, then does nothing more. */
export const send =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request
    socket.write(bytes, 'latin1')
  }

/** Sends these bytes once the request has arrived, then closes. */
export const sendAndClose =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request
    socket.end(bytes, 'latin1')
  }

/** Sends these bytes once the request has arrived, then repeats a piece until the other side closes. */
export const sendForEver =
  (bytes: string, piece: string, pause = 0): Script =>
  async ({ socket, request }) => {
    await request
    socket.write(bytes, 'latin1')
    const timer = setInterval(() => socket.writableNeedDrain || socket.write(piece, 'latin1'), pause)
    socket.on('close', () => clearInterval(timer))
  }

/** Answers as documented for a valid token. */
export const grant: Script = sendAndClose(response(200, GRANTED, ['Content-Type: application/json']))

/** Accepts and stays silent. */
export const silence: Script = () => undefined

/** Runs the built action; a run that hangs is killed, and fails the test. */
export async function runBounded(
  setup: Setup,
  meanwhile?: (child: ReturnType<typeof startAction>['child']) => void,
) {
  const { child, done } = startAction(setup)
  let hung = false
  const guard = setTimeout(() => {
    hung = true
    child.kill('SIGKILL')
  }, HANG)
  meanwhile?.(child)
  const run = await done
  clearTimeout(guard)
  if (hung) throw new Error(`the run hung; it had printed:\n${run.stdout}${run.stderr}`)
  return run
}

/** Runs the action with a good token against `url`. */
export const check = (
  url: string,
  inputs: Record<string, string> = {},
  env: Setup['env'] = {},
): Promise<Run> =>
  runBounded({ inputs: { 'api-url': url, ...inputs }, env: { NOLAPSE_TOKEN: TOKEN, ...env } })

/**
 * The commands that the runner would find in a text, by their names (actions/runner, ActionCommand.cs): a line that
 * starts, blanks aside, with `::` and has another `::`, or one with `##[` anywhere and a `]` after it.
 */
export function runnerCommands(text: string): string[] {
  return text.split(/\r\n|\r|\n/).flatMap(line => {
    const trimmed = line.trimStart()
    const end = trimmed.indexOf('::', 2)
    if (trimmed.startsWith('::') && end >= 0) return [trimmed.slice(2, end).split(' ')[0] as string]
    const start = line.indexOf('##[')
    const close = line.indexOf(']', start)
    return start >= 0 && close >= 0 ? [line.slice(start + 3, close).split(' ')[0] as string] : []
  })
}

/** Eight consecutive characters of a token's body, in any case, are a part of it. */
export function partsOf(token: string, text: string): string[] {
  const body = token.slice(4)
  const parts = Array.from({ length: body.length - 7 }, (_, at) => body.slice(at, at + 8))
  return [...new Set(parts)].filter(part => text.toLowerCase().includes(part))
}

/** What holds for every run, however it ended: no part of the token, no command but our own, nothing on standard error. */
export function expectQuiet(run: Run) {
  expect(partsOf(TOKEN, run.traces)).toEqual([])
  expect(run.traces).not.toContain(Buffer.from(TOKEN).toString('base64').slice(8, 40))
  const commands = runnerCommands(run.stdout).filter(name => name !== 'add-mask')
  expect(commands.filter(name => name !== 'error' && name !== 'warning')).toEqual([])
  expect(run.stderr).toBe('')
}

/** The run failed for this reason, said so once, and gave outputs that can't be taken for a pass. */
export function expectFailed(run: Run, reason: string) {
  expectQuiet(run)
  expect(run.signal).toBeNull()
  expect({ code: run.code, ...run.outputs }).toMatchObject({
    code: 1,
    valid: 'false',
    reason,
    org_id: '',
    scopes: '[]',
  })
  expect(runnerCommands(run.stdout).filter(name => name === 'error')).toHaveLength(1)
}

/** The run passed, with the outputs of GRANTED. */
export function expectPassed(run: Run) {
  expectQuiet(run)
  expect({ code: run.code, ...run.outputs }).toMatchObject({
    code: 0,
    valid: 'true',
    reason: 'ok',
    org_id: 'org_abc123',
    scopes: '["execute"]',
  })
}
