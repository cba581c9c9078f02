/** `npm run demo`, as a newcomer sees it. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'

let output: string
let status: number | null
beforeAll(() => {
  const demo = spawnSync(process.execPath, [resolve('demo', 'main.ts')], { encoding: 'utf8' })
  output = demo.stdout
  status = demo.status
})

test('the demo ends as expected, and says what to do next', () => {
  expect(status).toBe(0)
  expect(output).toMatch(/Result: 3 of 3 runs ended as expected\.\nNext: [^\n]+\n/)
})

test('the demo fits a terminal of 80 columns; only a link may be longer', () => {
  expect(output.split('\n').filter(line => line.length > 80 && !line.trim().startsWith('https:'))).toEqual([])
})

test('a step that prints the token shows asterisks, and the token is never shown', () => {
  expect(output).toContain('the token is ***')
  expect(output).not.toMatch(/nlp_[0-9a-f]{8}/)
})

test('each failure is reported once', () => {
  expect(output.match(/Error: /g)).toHaveLength(2)
  expect(output.match(/What to do: /g)).toHaveLength(2)
})
