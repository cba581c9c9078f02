/** A relay before a platform, by which a call fails at the moment that a test names. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Call = 'list' | 'show' | 'create' | 'agent-type' | 'rotate' | 'revoke' | 'validate'

export type Fault =
  /** The connection is cut before the platform hears of the call. */
  | 'before'
  /** The platform does what it is asked to, and the connection is cut before it can say so. */
  | 'after'
  /** The platform does it, and its answer comes only once the test lets it. */
  | 'hold'
  /** This status and body in the platform's place. */
  | { status: number; headers?: Record<string, string>; body?: string }

export interface Relay {
  url: string
  /** Lets every call of a kind go wrong from now on, or only the next `times`. */
  fail(call: Call, fault: Fault, times?: number): void
  /** Settles when the platform has done a held call. */
  held: Promise<void>
  release(): void
  /** The calls that came, in their order. */
  calls: Call[]
  close(): Promise<void>
}

export async function startRelay(target: string): Promise<Relay> {
  const faults = new Map<Call, { fault: Fault; times: number }>()
  const calls: Call[] = []
  const [held, hold] = gate()
  const [released, release] = gate()

  const faultOf = (call: Call): Fault | undefined => {
    const planned = faults.get(call)
    if (!planned || planned.times === 0) return undefined
    planned.times -= 1
    return planned.fault
  }

  async function relay(request: IncomingMessage, response: ServerResponse) {
    const call = callOf(request)
    calls.push(call)
    const body = await text(request)
    const fault = faultOf(call)
    if (fault === 'before') return response.destroy()
    if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      return response.end(fault.body ?? '{"error":"internal error"}')
    }
    const answer = await fetch(target + request.url, {
      method: request.method as string,
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => name === 'authorization' || name === 'content-type',
        ),
      ) as Record<string, string>,
      ...(body !== '' && { body }),
    })
    const said = await answer.text()
    if (fault === 'after') return response.destroy()
    if (fault === 'hold') {
      hold()
      await released
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    return response.end(said)
  }

  const server = createServer((request, response) => void relay(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (call, fault, times = Number.POSITIVE_INFINITY) => void faults.set(call, { fault, times }),
    held,
    release,
    calls,
    close: () =>
      new Promise<void>(resolve => {
        release()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function gate(): [promise: Promise<void>, open: () => void] {
  let open = () => {}
  const promise = new Promise<void>(resolve => {
    open = resolve
  })
  return [promise, open]
}

function callOf({ method, url }: IncomingMessage): Call {
  if (url === '/v1/auth/validate') return 'validate'
  if (url?.endsWith('/rotate')) return 'rotate'
  if (method === 'POST') return 'create'
  if (method === 'PATCH') return 'agent-type'
  if (method === 'DELETE') return 'revoke'
  return url === '/v1/tokens' ? 'list' : 'show'
}
