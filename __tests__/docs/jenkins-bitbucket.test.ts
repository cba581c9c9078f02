/** The snippets of docs/jenkins-bitbucket.md as the shell lines that they come down to. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { TOKEN } from '../../harness/runner.ts'
import { granted, type ScriptedServer, startServer } from '../../harness/server.ts'
import { type Registry, startRegistry } from '../support/registry.ts'

const page = readFileSync('docs/jenkins-bitbucket.md', 'utf8')
const block = (language: string) =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? ''

/** Jenkins hands each to `sh -xe`, Bitbucket to `bash -e`, in a new process with the same folder. */
const JENKINS = [...block('groovy').matchAll(/sh '''(.*?)'''/gs)].map(([, script = '']) => script)
const BITBUCKET: string[] = parse(block('yaml')).pipelines.default.map(
  ({ step }: { step: { script: string[] } }) => step.script.join('\n'),
)

let registry: Registry
let server: ScriptedServer
let folder: string

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nolapse-snippets-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'workspace'))
  for (const name of ['go', 'nolapse']) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho ${name} "$@"\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function sh(shell: string[], script: string, ci: Record<string, string>) {
  const [command = '', ...flags] = shell
  const child = spawn(command, [...flags, '-c', script.replace('https://api.nolapse.dev', server.url)], {
    cwd: join(folder, 'workspace'),
    env: {
      ...registry.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      WORKSPACE_TMP: join(folder, 'workspace@tmp'),
      NOLAPSE_TOKEN: TOKEN,
      ...ci,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => {
      log += chunk
    })
  const code = await new Promise(settle => child.on('close', settle))
  return { code, log }
}

test('Jenkins gives the token to the check, and to nolapse only outside pull requests', () => {
  const [, check = '', coverage = ''] = block('groovy').split(/stage\(/)
  expect(check).toMatch(/withCredentials\(\[string\(credentialsId: 'NOLAPSE_TOKEN'[^{]*\{\s+sh/)
  expect(coverage).toMatch(/if \(env\.CHANGE_ID\) coverage\(\)\s+else withCredentials\(/)
  expect(block('groovy')).not.toMatch(/environment \{/)
})

describe.each([
  ['Jenkins', JENKINS, ['sh', '-xe'], { JENKINS_URL: 'https://ci.example.com' }],
  ['Bitbucket', BITBUCKET, ['bash', '-e'], { BITBUCKET_BUILD_NUMBER: '1' }],
])('The lines for %s', (_, [gate = '', coverage = '', ...more], shell, ci) => {
  test('are two steps', () => {
    expect(more).toEqual([])
  })

  test('pass a valid token, and the next step gets its organisation', async () => {
    server = await startServer()
    const first = await sh(shell, gate, ci)
    const second = await sh(shell, coverage, ci)
    await server.close()
    expect([first.code, second.code]).toEqual([0, 0])
    expect(first.log).toContain('nolapse token is valid')
    expect(second.log).toMatch(/^organisation org_abc123, scopes execute$/m)
    expect(second.log).toMatch(/^nolapse run --repo \.$/m)
    expect(first.log + second.log).not.toContain(TOKEN)
  })

  test('fail with a bad token, and name a likely cause on that CI', async () => {
    server = await startServer({ body: { ...granted().body, valid: false } })
    const first = await sh(shell, gate, ci)
    const missing = await sh(shell, gate, { ...ci, NOLAPSE_TOKEN: '' })
    await server.close()
    expect([first.code, missing.code]).toEqual([5, 5])
    expect(first.log).toMatch(/overrides (the repository's|a global credential)/)
    expect(missing.log).toMatch(/credentials\(|secured variable/)
    expect(first.log).not.toContain(TOKEN)
    expect(existsSync(join(folder, 'workspace', 'package.json'))).toBe(false)
  })
})
