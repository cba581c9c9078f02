/** The line in the README with real parts: GitHub's own command line stores the value, sealed, over TLS. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Authority, makeAuthority } from '../../../harness/authority.ts'
import { findCommand } from '../../../src/cli/issuing/command.ts'
import { type Bench, startBench } from '../../support/bench.ts'
import { runCli } from '../../support/cli.ts'
import { type GitHub, startGitHub } from '../../support/github.ts'
import { validate } from '../../support/platform-client.ts'

const GH = ['--', 'gh', 'secret', 'set', 'NOLAPSE_TOKEN', '--repo', 'acme/api']

// Go reads SSL_CERT_FILE on Linux alone.
const there = process.platform === 'linux' && findCommand(['gh']) !== undefined

;(there ? describe : describe.skip)('gh secret set (skipped where gh is not installed)', () => {
  let authority: Authority
  let github: GitHub
  let bench: Bench
  let env: Record<string, string>
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  beforeEach(async () => {
    github = await startGitHub(authority.issue())
    bench = await startBench()
    env = {
      NOLAPSE_API_URL: bench.relay.url,
      NOLAPSE_SESSION_TOKEN: bench.platform.session,
      CI: 'true',
      GH_HOST: github.host,
      GH_ENTERPRISE_TOKEN: 'not-a-real-one',
      SSL_CERT_FILE: authority.file,
    }
  })
  afterEach(async () => {
    await bench.close()
    await github.close()
  })

  const stored = () => github.secrets['acme/api/NOLAPSE_TOKEN'] ?? ''
  const works = async (secret: string) => (await validate(bench.platform, secret)).body.valid

  test('stores a new token and then its replacement, and shows neither', async () => {
    const created = await runCli({ args: ['create', '--name', 'ci', ...GH], env })
    expect(created).toMatchObject({ code: 0 })
    const first = stored()
    expect(await works(first)).toBe(true)

    const rotated = await runCli({ args: ['rotate', 'ci', '--revoke-old', '0', ...GH], env })
    expect(rotated).toMatchObject({ code: 0 })
    expect(stored()).not.toBe(first)
    expect(await works(stored())).toBe(true)
    expect(await works(first)).toBe(false)
    for (const { stdout, stderr } of [created, rotated]) expect(stdout + stderr).not.toMatch(/nlp_[0-9a-f]/)
  })

  test('that fails leaves both tokens, and names them', async () => {
    github.status = 500
    const old = await bench.platform.createToken('ci')
    const run = await runCli({ args: ['rotate', 'ci', '--revoke-old', '0', ...GH], env })
    expect(run.code).toBe(4)
    expect(run.stderr).toContain('`gh` failed with exit code 1')
    for (const id of Object.keys(await bench.statuses())) expect(run.stderr).toContain(`revoke ${id} --yes`)
    expect(Object.values(await bench.statuses())).toEqual(['active', 'active'])
    expect(await works(old.secret)).toBe(true)
  })
})
