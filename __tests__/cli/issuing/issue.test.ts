import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Failure } from '../../../src/cli/failure.ts'
import { account } from '../../../src/cli/issuing/issue.ts'
import type { Fresh, Ledger } from '../../../src/cli/issuing/ledger.ts'
import { inSession } from '../../../src/cli/session.ts'
import { type Bench, startBench } from '../../support/bench.ts'

let bench: Bench
let said = ''
const { argv } = process
beforeEach(async () => {
  // As an installed program: command lines to copy start it by its name.
  process.argv = [...argv.slice(0, 1), '/usr/local/bin/nolapse-token']
  bench = await startBench()
  process.env.NOLAPSE_SESSION_TOKEN = bench.platform.session
  said = ''
  jest.spyOn(process.stderr, 'write').mockImplementation(text => {
    said += text
    return true
  })
})
afterEach(async () => {
  jest.restoreAllMocks()
  delete process.env.NOLAPSE_SESSION_TOKEN
  process.argv = argv
  await bench.close()
})

const ledgerWith = (fresh: Fresh): Ledger => ({ name: 'ci', fresh, inPlace: false, recipient: '`store`' })
const inBench = (story: Parameters<typeof inSession>[1]) => inSession({ apiUrl: bench.relay.url }, story)

test('a defect revokes a token that was not handed over, and asks for a report', async () => {
  const { id } = await bench.platform.createToken()
  const ledger = ledgerWith({ is: 'not-made' })
  const code = await inBench(session =>
    account(
      session,
      ledger,
      () => undefined,
      async () => {
        ledger.fresh = { is: 'held', id }
        throw new TypeError('nlp_0123456789abcdef is not to be told')
      },
    ),
  )
  expect(code).toBe(3)
  expect(said).toContain('TypeError')
  expect(said).not.toContain('nlp_')
  expect(said).toContain('was revoked')
  expect((await bench.statuses())[id]).toBe('revoked')
})

test('an uncaught crash names the tokens that exist', async () => {
  const ledger = ledgerWith({ is: 'astray', id: 'AN-ID' })
  let crash: (error: unknown) => number | Promise<number> = () => 0
  await inBench(session =>
    account(
      session,
      ledger,
      report => {
        crash = report
      },
      async () => {
        throw new Failure(4, 'It failed.')
      },
    ),
  )
  said = ''
  expect(crash(new RangeError('a secret'))).toBe(4)
  expect(said).toContain('RangeError')
  expect(said).not.toContain('a secret')
  expect(said).toContain('nolapse-token revoke AN-ID --yes')
})

test('without tokens to name, a defect is passed to the caller', async () => {
  await expect(
    inBench(async () => {
      throw new TypeError('a defect')
    }),
  ).rejects.toThrow('a defect')
})

test('without NOLAPSE_SESSION_TOKEN there is no session', async () => {
  delete process.env.NOLAPSE_SESSION_TOKEN
  expect(await inBench(async () => 0)).toBe(2)
  expect(said).toContain('There is no session')
})
