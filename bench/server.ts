/**
 * The server of the start-up bench, in its own process: the contract's answer for a valid token, over HTTP and
 * over TLS by a private authority. Its first line is one JSON object; it ends when its standard input does.
 */
import { makeAuthority } from '../harness/authority.ts'
import { startServer } from '../harness/server.ts'

const authority = makeAuthority()
const servers = [await startServer(), await startServer(undefined, authority.issue())] as const
const [http, https] = servers

process.stdin.resume().on('close', async () => {
  authority.remove()
  await Promise.all(servers.map(server => server.close()))
})
console.log(JSON.stringify({ http: http.url, https: https.url, authority: authority.file }))
