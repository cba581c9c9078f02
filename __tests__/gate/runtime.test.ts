import { expect, test } from '@jest/globals'
import { oldNode } from '../../src/gate/runtime.ts'

test.each(['20.0.0', '20.20.2', '24.19.0', '100.0.0'])('Node.js %s is new enough', version => {
  expect(oldNode(version)).toEqual([])
})

test.each(['0.12.18', '16.20.2', '18.20.8', '19.9.0'])(
  'Node.js %s is too old, and the message shows the current and the required version',
  version => {
    expect(oldNode(version)).toEqual([
      { subject: 'Node.js', says: expect.stringMatching(`^${version} is too old: Node.js 20 or later`) },
    ])
  },
)
