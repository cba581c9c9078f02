/** As much of GitHub's REST API as opens, finds, comments on and closes issues. */
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Certificate } from '../../harness/authority.ts'

export interface Issue {
  number: number
  title: string
  body: string
  labels: string[]
  state: 'open' | 'closed'
  comments: string[]
}

export interface GitHubIssues {
  /** For GH_HOST. */
  host: string
  issues: Issue[]
  close(): Promise<void>
}

export async function startGitHubIssues(certificate: Certificate): Promise<GitHubIssues> {
  const issues: Issue[] = []
  const server = createServer(certificate, async (request, response) => {
    const body = await text(request)
    const url = new URL(request.url ?? '', 'https://localhost')
    const [, number, comments] =
      /^\/api\/v3\/repos\/acme\/api\/issues(?:\/(\d+)(\/comments)?)?$/.exec(url.pathname) ?? []
    const answer = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    if (!url.pathname.startsWith('/api/v3/repos/acme/api/issues'))
      return answer(404, { message: 'Not Found' })
    if (request.method === 'GET') {
      const label = url.searchParams.get('labels')
      return answer(
        200,
        issues.filter(({ state, labels }) => state === 'open' && (!label || labels.includes(label))),
      )
    }
    const fields = JSON.parse(body)
    if (!number) {
      const issue: Issue = { number: issues.length + 1, labels: [], state: 'open', comments: [], ...fields }
      issues.push(issue)
      return answer(201, issue)
    }
    const issue = issues[Number(number) - 1]
    if (!issue) return answer(404, { message: 'Not Found' })
    if (comments) issue.comments.push(fields.body)
    else Object.assign(issue, fields)
    return answer(comments ? 201 : 200, issue)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    issues,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
