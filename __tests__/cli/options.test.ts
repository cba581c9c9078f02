import { expect, test } from '@jest/globals'
import { settingsOf } from '../../src/cli/options.ts'

test('a Node.js that is too old is the only problem reported', () => {
  const problem = { subject: 'Node.js', says: '18.0.0 is too old' }
  expect(settingsOf({ apiUrl: 'not a URL' }, [problem])).toEqual([problem])
})
