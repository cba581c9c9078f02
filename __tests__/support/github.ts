/** As much of GitHub's API as `gh secret set` asks for: a public key to seal a secret to, and a place to put it. */
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import sodium from 'libsodium-wrappers'
import type { Certificate } from '../../harness/authority.ts'

export interface GitHub {
  /** For GH_HOST. */
  host: string
  /** The secrets that were stored, opened, by repository and name; a later one of the same name wins. */
  secrets: Record<string, string>
  /** The status that storing answers with. */
  status: number
  close(): Promise<void>
}

export async function startGitHub(certificate: Certificate): Promise<GitHub> {
  await sodium.ready
  const keys = sodium.crypto_box_keypair()
  const BASE64 = sodium.base64_variants.ORIGINAL
  const github: GitHub = { host: '', secrets: {}, status: 201, close: async () => undefined }
  const server = createServer(certificate, async (request, response) => {
    const body = await text(request)
    const [, repository, name] =
      /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/actions\/secrets\/([\w-]+)$/.exec(request.url ?? '') ?? []
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET' && name === 'public-key')
      return response.end(JSON.stringify({ key_id: '1', key: sodium.to_base64(keys.publicKey, BASE64) }))
    if (request.method !== 'PUT') return response.writeHead(404).end('{"message":"Not Found"}')
    const sealed = sodium.from_base64(JSON.parse(body).encrypted_value, BASE64)
    github.secrets[`${repository}/${name}`] = sodium.to_string(
      sodium.crypto_box_seal_open(sealed, keys.publicKey, keys.privateKey),
    )
    return response.writeHead(github.status).end('{"message":"as the test wants it"}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  github.host = `localhost:${(server.address() as AddressInfo).port}`
  github.close = () =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return github
}
