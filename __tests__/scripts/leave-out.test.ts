/** What the build takes out of a library's module. */
import { expect, test } from '@jest/globals'
import { leaveOut } from '../../scripts/leave-out.ts'

const MODULE = `
import { gone } from 'gone'
import { kept } from 'kept'
/** The words of gone(). */
export var Gone;
(function (Gone) { Gone["Word"] = "word"; })(Gone || (Gone = {}));
const helper = () => kept()
export { passed, gone as dropped } from 'other'
export { absent } from 'gone'
export class Other { read() { return helper() } }
export class Client {
    constructor() { this.name = this._name() }
    /** Another entry. */
    get() { return gone(this.used(), Gone.Word) }
    used() { return this._send(new Other()) }
    _send(other) { return [this.name, other.read()] }
    _name() { return 'client' }
    _gone() { return this.get() }
}
`

test('what the used methods reach stays, and all else is left out with its comments', () => {
  const left = leaveOut(MODULE, { Client: ['used'] })
  expect(left).not.toMatch(/gone|Gone|get\(\)|Another entry/)
  for (const part of ["import { kept } from 'kept'", 'const helper', 'read()', 'used()', '_send(', '_name()'])
    expect(left).toContain(part)
})

test('a used name that is not there stops the build', () => {
  expect(() => leaveOut(MODULE, { Client: ['renamed'] })).toThrow('this.renamed is not there any more')
  expect(() => leaveOut(MODULE, { Renamed: [] })).toThrow('Renamed is not there any more')
})

test('code that hides what it reaches, or has an effect of its own, stops the build', () => {
  const computed = 'export class Client { used(name) { this[name]() } }'
  expect(() => leaveOut(computed, { Client: ['used'] })).toThrow('computed name')
  expect(() => leaveOut(`${MODULE}\nstart()`, { Client: ['used'] })).toThrow('effect of its own')
})
