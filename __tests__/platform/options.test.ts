import { expect, test } from '@jest/globals'
import { DEFAULTS, HELP, readOptions } from '../../platform/options.ts'

test('without flags, the defaults apply', () => {
  expect(readOptions([])).toEqual(DEFAULTS)
})

test('every flag sets its option', () => {
  const flags =
    '--port 0 --bcrypt-cost 4 --grace-seconds 1 --invalid-status 401 --rate-limit 60 --token-limit 1 ' +
    '--session-seconds=0 --propagation-seconds 5'
  expect(readOptions(flags.split(' '))).toEqual({
    port: 0,
    bcryptCost: 4,
    graceSeconds: 1,
    invalidStatus: 401,
    rateLimit: 60,
    tokenLimit: 1,
    sessionSeconds: 0,
    propagationSeconds: 5,
  })
})

test.each([
  ['--port 65536', "--port takes a whole number from 0 to 65535, but was given '65536'"],
  ['--port -1', "--port takes a whole number from 0 to 65535, but was given '-1'"],
  ['--port 8e3', "--port takes a whole number from 0 to 65535, but was given '8e3'"],
  ['--port', '--port takes a whole number from 0 to 65535, but was given nothing'],
  ['--bcrypt-cost 3', "--bcrypt-cost takes a whole number from 4 to 15, but was given '3'"],
  ['--invalid-status 403', "--invalid-status takes 200 or 401, but was given '403'"],
  ['--rate-limit 0', "--rate-limit takes a whole number from 1 to 1000000, but was given '0'"],
  [
    '--session-seconds 604801',
    "--session-seconds takes a whole number from 0 to 604800, but was given '604801'",
  ],
  ['--prot 1', 'unknown flag --prot; see --help'],
  ['--constructor 1', 'unknown flag --constructor; see --help'],
  ['8080', "unexpected argument '8080'; see --help"],
])('%s is rejected, and the message says what is accepted', (line, message) => {
  expect(() => readOptions(line.split(' '))).toThrow(message)
})

test('--help names every flag', () => {
  expect(readOptions(['--help'])).toBe('help')
  for (const option of Object.keys(DEFAULTS)) {
    expect(HELP).toContain(`--${option.replace(/[A-Z]/, letter => `-${letter.toLowerCase()}`)} `)
  }
})
