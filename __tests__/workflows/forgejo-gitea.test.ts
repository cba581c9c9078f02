/**
 * The workflows of docs/forgejo-gitea.md. The engine here is GitHub's kind: what only their own servers have, a full URL in
 * `uses:` and a container, is replaced.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startPlatform, type TestPlatform } from '../../harness/platform.ts'
import { removeReleased, runWorkflow } from '../support/act.ts'

const page = readFileSync(resolve('docs', 'forgejo-gitea.md'), 'utf8')
const workflows = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(
  ([, text = ''], index) => [['Forgejo', 'Gitea'][index], text] as [string, string],
)

let platform: TestPlatform
let valid: string
beforeAll(async () => {
  platform = await startPlatform()
  valid = (await platform.createToken()).secret
})
afterAll(async () => {
  removeReleased()
  await platform.close()
})

const here = (workflow: string) =>
  workflow
    .replace(/uses: https:\/\/[\w.]+\//g, 'uses: ')
    .replace(/^ +container: .*\n/m, '')
    .replace('runs-on: docker', 'runs-on: ubuntu-latest')
    .replace('https://nolapse.example.com', platform.url)

test('there is one workflow of each kind', () => {
  expect(workflows.map(([name]) => name)).toEqual(['Forgejo', 'Gitea'])
})

test.each(workflows)(
  'the workflow for %s runs nolapse after a valid token, and not after a bad one',
  async (_, workflow) => {
    const run = (secret: string) =>
      runWorkflow({
        workflow: here(workflow),
        event: 'branch',
        secrets: { NOLAPSE_TOKEN: secret },
        env: { STAND_IN_PLATFORM: platform.url },
      })
    const passed = await run(valid)
    expect(passed.jobs).toEqual({ coverage: 'success' })
    expect(passed.log).toContain(`submitted for ${platform.orgId}`)
    const failed = await run(`"${valid}"`)
    expect(failed.jobs).toEqual({ coverage: 'failure' })
    expect(failed.log).not.toContain('submitted for')
  },
)
