import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { closeOutput } from '../../../src/cli/issuing/close-output.ts'

let descriptor: number
beforeEach(() => {
  descriptor = openSync('package.json', 'r')
  jest.replaceProperty(process.stdout, 'fd', descriptor as 1)
})
afterEach(() => {
  jest.restoreAllMocks()
  closeSync(descriptor)
})

test('standard output is closed, and its descriptor points to the null device', () => {
  closeOutput('linux')
  expect(fstatSync(descriptor).ino).toBe(statSync(devNull).ino)
})

test('on Windows it stays open', () => {
  closeOutput('win32')
  expect(fstatSync(descriptor).ino).toBe(statSync('package.json').ino)
})
