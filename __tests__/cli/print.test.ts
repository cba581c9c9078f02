import { expect, test } from '@jest/globals'
import { paint } from '../../src/cli/print.ts'

const stream = (isTTY: boolean, colours = true) =>
  ({ isTTY, hasColors: () => colours }) as unknown as NodeJS.WriteStream

/** Sets NO_COLOR to the given value instead of the machine's own. */
function painted(on: NodeJS.WriteStream, noColor?: string): string {
  const outer = process.env.NO_COLOR
  delete process.env.NO_COLOR
  if (noColor !== undefined) process.env.NO_COLOR = noColor
  const text = paint('text', 'red', on)
  delete process.env.NO_COLOR
  if (outer !== undefined) process.env.NO_COLOR = outer
  return text
}

test('a terminal gets colour', () => {
  expect(painted(stream(true))).toBe('\u001b[31mtext\u001b[39m')
})

test('a file, a pipe and a terminal without colours get no colour', () => {
  expect(painted(stream(false))).toBe('text')
  expect(painted(stream(true, false))).toBe('text')
})

test('NO_COLOR is honoured unless it is empty', () => {
  expect(painted(stream(true), '1')).toBe('text')
  expect(painted(stream(true), '')).not.toBe('text')
})
