/** A relay in front of a platform that makes a call fail at the moment a test chooses. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Call = 'list' | 'show' | 'create' | 'agent-type' | 'rotate' | 'revoke' | 'validate'

export type Fault =
  /** The connection is cut before the call reaches the platform. */
  | 'before'
  /** The platform handles the call, and the connection is cut before the answer. */
  | 'after'
  /** The platform handles the call, and the test decides when the answer arrives. */
  | 'hold'
  /** This status and body replace the platform's answer. */
  | { status: number; headers?: Record<string, string>; body?: string }

export interface Relay {
  url: string
  /** Makes every call of a kind fail from now on, or only the next `times`. */
  fail(call: Call, fault: Fault, times?: number): void
  /** Settles when the platform has handled a held call. */
  held: Promise<void>
  release(): void
  /** The received calls, in order. */
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
