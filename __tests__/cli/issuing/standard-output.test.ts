import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { closeOutput, isDiscarded } from '../../../src/cli/issuing/standard-output.ts'

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

test('what goes to the null device is discarded, and what goes to a file is not', () => {
  expect(isDiscarded('linux')).toBe(false)
  closeOutput('linux')
  expect(isDiscarded('linux')).toBe(true)
})

test('on Windows, where a console looks like the null device, nothing counts as discarded', () => {
  closeOutput('linux')
  expect(isDiscarded('win32')).toBe(false)
})
