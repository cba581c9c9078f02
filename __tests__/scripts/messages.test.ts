/** `npm run messages`: every message as a table, for a reader in a hurry. */
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { VERDICTS } from '../../harness/verdicts.ts'
import { REASONS } from '../../src/gate/reasons.ts'

const messages = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/messages.ts', ...args], { encoding: 'utf8' })

test('the table has a row for every message, and two if it can be tolerated', () => {
  const { stdout, status } = messages()
  const rows = stdout
    .trim()
    .split('\n')
    .slice(2)
    .map(row => row.split(/(?<!\\)\|/).map(cell => cell.trim()))
  expect(status).toBe(0)
  expect(rows).toHaveLength(VERDICTS.length + 2)
  for (const reason of REASONS.filter(reason => reason !== 'ok'))
    expect(rows.some(([, cell]) => cell === reason)).toBe(true)
  for (const [, reason, what = '', remedy = ''] of rows) {
    expect(`${reason}: ${what}`).toMatch(/\.\)?$/)
    expect(`${reason}: ${remedy}`).toMatch(/(\.|\/issues\.)$/)
  }
})

test('no message has more than three causes, on any CI system', () => {
  for (const place of ['github', 'forgejo', 'gitlab', 'jenkins', 'bitbucket', 'terminal']) {
    const rows = messages(place).stdout.trim().split('\n').slice(2)
    for (const row of rows) expect(row.split(' · ').length).toBeLessThanOrEqual(3)
  }
})

test('an unknown place is wrong usage', () => {
  expect(messages('nowhere')).toMatchObject({ status: 2, stderr: expect.stringContaining('terminal') })
})
