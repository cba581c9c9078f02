/** Of this project's own workflows what a machine without GitHub can run: the end-to-end job of CI, `uses: ./` and all. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { initialise, removeReleased, runWorkflow } from '../support/act.ts'

const root = resolve('.')
let copy: string

/** What a clone would have, with what is not committed yet, and the packages. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'nolapse-clone-'))
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of files.split('\0').filter(Boolean))
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file))
  initialise(copy)
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => {
  rmSync(copy, { recursive: true, force: true })
  removeReleased()
})

test('the end-to-end job passes, and each step of it runs', async () => {
  const workflow = readFileSync(join(root, '.github', 'workflows', 'ci.yml'), 'utf8')
  const run = await runWorkflow({ workflow, event: 'push', repository: copy, job: 'end-to-end' })
  expect(run.steps.filter(({ name }) => !name.startsWith('actions/'))).toEqual(
    [
      ['npm ci', 'success'],
      ['Start the local platform and create a token on it', 'success'],
      ['A valid token passes', 'success'],
      ['No token is missing', 'failure'],
      ['A missing token can be tolerated', 'success'],
      ['A required scope that is not granted fails', 'failure'],
      ['Stop the platform', 'success'],
      ['A platform that is gone is unavailable', 'failure'],
      ['Every run ended as expected', 'success'],
    ].map(([name, result]) => ({ job: 'end-to-end', name, result })),
  )
  expect(run.jobs).toEqual({ 'end-to-end': 'success' })
})
