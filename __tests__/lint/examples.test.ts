import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { judge } from '../../src/lint/judge.ts'
import { proveWorkflow } from '../../src/lint/prove.ts'
import { checkToRequire } from '../support/examples.ts'
import { workflowOf } from '../support/lint.ts'

const read = (name: string) => readFileSync(`examples/${name}`, 'utf8')
const examples = readdirSync('examples').filter(name => name.endsWith('.yml') && checkToRequire(read(name)))

test('every example that runs nolapse on GitHub says which check to require', async () => {
  const others = readdirSync('examples').filter(name => name.endsWith('.yml') && !examples.includes(name))
  for (const name of others.filter(one => !one.startsWith('gitlab-')))
    expect(proveWorkflow(await workflowOf(read(name)), { required: null })).toEqual([])
})

test.each(examples)('%s holds with the check that it says to require', async name => {
  const text = read(name)
  const verdicts = proveWorkflow(await workflowOf(text), { required: [checkToRequire(text) ?? ''] })
  const proven = { holds: true, counterexample: null, timedOut: false }
  expect(verdicts).toMatchObject([
    { event: 'pull_request', ...proven },
    { event: 'merge_group', ...proven },
  ])
})

test.each(examples)('%s: lint itself names the same check and finds nothing else', async name => {
  const text = read(name)
  const { verdicts, findings } = judge([await workflowOf(text)], { required: null })
  for (const verdict of verdicts)
    expect(verdict).toMatchObject({ holds: true, require: [checkToRequire(text)] })
  expect(findings).toEqual([])
})

test.each(['reusable', 'with-nolapse-action'])(
  '%s does not hold if the coverage job is required instead: it is skipped after a failed gate',
  async name => {
    for (const verdict of proveWorkflow(await workflowOf(read(`${name}.yml`)), { required: ['coverage'] }))
      expect(verdict).toMatchObject({
        holds: false,
        counterexample: { jobs: { coverage: 'skipped' }, nolapse: 'not-run' },
      })
  },
)
