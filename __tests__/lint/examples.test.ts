import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { judge } from '../../src/lint/judge.ts'
import { onlyJobOrVerdict } from '../support/examples.ts'
import { verdictOf, workflowOf } from '../support/lint.ts'

const examples = readdirSync('examples').filter(name => name.endsWith('.yml') && !name.startsWith('gitlab-'))

test.each(examples)('%s holds with the check that it tells to require', async name => {
  const text = readFileSync(`examples/${name}`, 'utf8')
  const verdict = await verdictOf(text, [onlyJobOrVerdict(text)])
  expect(verdict).toMatchObject({ holds: true, counterexample: null, timedOut: false })
})

test.each(examples)('of %s lint itself names the same check, and finds nothing else', async name => {
  const text = readFileSync(`examples/${name}`, 'utf8')
  const { verdicts, findings } = judge([await workflowOf(text)], { required: null })
  expect(verdicts).toMatchObject([{ holds: true, require: [onlyJobOrVerdict(text)] }])
  expect(findings).toEqual([])
})

test.each(['fork', 'reusable', 'with-nolapse-action'])(
  '%s does not hold if the coverage job is required instead: it is skipped after a failed gate',
  async name => {
    const verdict = await verdictOf(readFileSync(`examples/${name}.yml`, 'utf8'), ['coverage'])
    expect(verdict).toMatchObject({
      holds: false,
      counterexample: { jobs: { coverage: 'skipped' }, nolapse: 'not-run' },
    })
  },
)
