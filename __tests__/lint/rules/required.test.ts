/** `not-required`, `check-from-any-source` and `required-check-absent`: what the branch asks for. */
import { describe, expect, test } from '@jest/globals'
import type { RequiredCheck } from '../../../src/lint/github/facts.ts'
import { judge } from '../../../src/lint/judge.ts'
import { GATE, onPullRequest, workflowOf } from '../../support/lint.ts'
import {
  ACTIONS,
  check,
  found,
  foundBy,
  hidden,
  judgeAll,
  judgeSetting,
  RULESET,
  soundWorkflow,
} from '../../support/repository-facts.ts'

test('a repository that is set up as the README says has no findings', async () => {
  const { verdicts, findings } = await judgeSetting()
  expect(findings).toEqual([])
  expect(verdicts).toMatchObject([{ holds: true, required: ['verdict'], require: null }])
})

test('a workflow without nolapse is not reported', async () => {
  const text = onPullRequest('\n  build: {runs-on: x, steps: [{run: make}]}')
  const facts = { checks: found(check('Build')), ownerReviews: found<string>(), secrets: found<never>() }
  expect((await judgeSetting({ text, facts })).findings).toEqual([])
})

test('without facts from GitHub, nothing is reported about GitHub', async () => {
  const { findings } = judge([await workflowOf(soundWorkflow())], { required: null })
  expect(findings).toEqual([])
})

test('a workflow for Forgejo is not judged by the rules on GitHub', async () => {
  const workflow = await workflowOf(soundWorkflow(), { platform: 'forgejo' })
  expect(judgeAll([workflow], { checks: found(), secrets: found() })).toMatchObject({
    verdicts: [{ required: null, require: ['Coverage / verdict (pull_request)'] }],
    findings: [],
  })
})

describe('not-required', () => {
  test('names the branch and what to require, and the proof does not hold', async () => {
    const facts = { checks: found(check('build')) }
    expect(await foundBy('not-required', { facts })).toEqual([
      '2:1 No check of this workflow is required on `main`: a pull request can be merged even if the gate fails. → ' +
        'Require `verdict`, from GitHub Actions: https://github.com/acme/api/settings/rules.',
    ])
    const { verdicts } = await judgeSetting({ facts })
    expect(verdicts).toMatchObject([{ holds: false, required: [], counterexample: { who: 'own' } }])
  })

  test('says so for a plan without rulesets', async () => {
    const facts = { checks: found<never>(), unprotectable: true }
    expect(await foundBy('not-required', { facts })).toEqual([
      expect.stringContaining('on this plan: upgrade it'),
    ])
  })

  test('says so if another app has to report the check', async () => {
    const facts = { checks: found(check('verdict', 7)) }
    expect(await foundBy('not-required', { facts })).toEqual([
      expect.stringContaining(
        'The required check `verdict` must come from an app other than GitHub Actions.',
      ),
    ])
  })

  test('does not mention a check of another app that no job here reports', async () => {
    const [first = ''] = await foundBy('not-required', { facts: { checks: found(check('build', 7)) } })
    expect(first).toContain('even if the gate fails. → Require `verdict`')
  })

  test('names every check to require, for this repository', async () => {
    const text = onPullRequest(`${GATE}
  coverage:
    needs: gate
    if: github.repository == 'acme/api' || github.repository == 'acme/web'
    runs-on: x
    steps: [{run: nolapse run}]
`)
    expect(await foundBy('not-required', { text, facts: { checks: found() } })).toEqual([
      expect.stringContaining('→ Require `gate` and `coverage`, from GitHub Actions'),
    ])
  })

  test('is not reported if a required workflow could not be seen', async () => {
    const facts = { checks: found<never>(), workflows: hidden('the workflows', 'metadata') }
    expect(await foundBy('not-required', { facts })).toEqual([])
  })

  test('names of --required-check only the workflow’s own checks that are not required', async () => {
    expect(
      await foundBy('not-required', {
        facts: { checks: found(check('verdict'), check('build')) },
        options: { required: ['verdict', 'coverage', 'elsewhere', 'build'] },
      }),
    ).toEqual([
      '2:1 The check `coverage`, which --required-check names, is not required on `main`. → ' +
        'Require it, or leave out --required-check: with --github, GitHub says what is required.',
    ])
  })

  test('names no check if none is enough', async () => {
    const text = onPullRequest(
      '\n  a: {runs-on: x, continue-on-error: true, steps: [{run: nolapse run || true}]}',
    )
    expect(await foundBy('not-required', { text, facts: { checks: found() } })).toEqual([
      expect.stringContaining('→ Require a check of this workflow, from'),
    ])
  })

  test('is satisfied by a ruleset that requires the workflow itself, and the proof holds', async () => {
    const workflows = found({ path: '.github/workflows/coverage.yml', own: true, source: RULESET })
    const facts = { checks: found<never>(), workflows, ownerReviews: found<string>() }
    const { verdicts, findings } = await judgeSetting({ facts })
    expect(findings).toEqual([])
    expect(verdicts).toMatchObject([{ holds: true }])
  })

  test.each([
    { path: '.github/workflows/other.yml', own: true, source: RULESET },
    { path: '.github/workflows/coverage.yml', own: false, source: RULESET },
  ])('is not satisfied by another required workflow: %j', async workflow => {
    const facts = { checks: found<never>(), workflows: found(workflow) }
    expect(await foundBy('not-required', { facts })).toHaveLength(1)
  })

  test('is unproven if the rules could not be seen, and names what would have to be missing', async () => {
    const facts = { checks: hidden('the protection of main', 'contents') }
    const { verdicts, findings } = await judgeSetting({ facts })
    expect(verdicts).toMatchObject([
      {
        holds: null,
        counterexample: { assumes: ['nothing that could not be seen requires a check of this workflow'] },
      },
    ])
    expect(findings.map(({ rule }) => rule)).toEqual(['unproven', 'unproven'])
    expect(findings[1]?.message).toContain('Could not see the protection of main.')
  })

  test('relies on the user for what could not be seen', async () => {
    const facts = { checks: hidden('the protection of main', 'contents') }
    const { verdicts } = await judgeSetting({ facts, options: { required: ['verdict'] } })
    expect(verdicts).toMatchObject([{ holds: true, required: ['verdict'] }])
  })

  test('relies on GitHub, not on the user, for what could be seen', async () => {
    const { verdicts, findings } = await judgeSetting({
      facts: { checks: found(check('coverage')) },
      options: { required: ['verdict'] },
    })
    expect(verdicts).toMatchObject([{ holds: false, required: ['coverage'] }])
    expect(findings.map(({ rule }) => rule)).toEqual(['bypass', 'not-required'])
    expect(findings[1]?.message).toBe(
      'The check `verdict`, which --required-check names, is not required on `main`.',
    )
  })

  test('stays a bypass if no check can help, even if the rules could not be seen', async () => {
    const text = onPullRequest('\n  a: {runs-on: x, steps: [{run: nolapse run || true}]}')
    const facts = { checks: hidden('the protection of main', 'contents') }
    expect((await judgeSetting({ text, facts })).verdicts).toMatchObject([{ holds: false }])
  })
})

test('the proof knows the name of the repository', async () => {
  const text = soundWorkflow().replace(
    "needs.coverage.result != 'success'",
    "github.repository == 'acme/api' && needs.coverage.result != 'success'",
  )
  expect((await judgeSetting({ text })).verdicts).toMatchObject([{ holds: true }])
})

describe('a merge queue', () => {
  const both = soundWorkflow('[pull_request, merge_group]')
  const queue = found(RULESET)

  test('that does not exist adds no case', async () => {
    const { verdicts } = await judgeSetting({ text: both, facts: { checks: found() } })
    expect(verdicts.map(({ event, holds }) => [event, holds])).toEqual([['pull_request', false]])
  })

  test('is only passed by a bypass of both events', async () => {
    const facts = { queue, checks: found(check('coverage')) }
    const { verdicts } = await judgeSetting({ text: both, facts })
    expect(verdicts.map(({ event, holds }) => [event, holds])).toEqual([
      ['pull_request', false],
      ['merge_group', false],
    ])
  })

  test('stops what its own run of the workflow stops', async () => {
    // For a pull request, the job that sums up is satisfied with anything.
    const text = both.replace(
      "needs.coverage.result != 'success'",
      "github.event_name == 'merge_group' && needs.coverage.result != 'success'",
    )
    const checks = found(check('verdict'))
    const held = await judgeSetting({ text, facts: { queue, checks } })
    expect(held.verdicts.map(({ holds, counterexample }) => [holds, counterexample])).toEqual([
      [true, null],
      [true, null],
    ])
    expect(held.findings).toEqual([])
    const without = await judgeSetting({ text, facts: { checks } })
    expect(without.verdicts).toMatchObject([{ event: 'pull_request', holds: false }])
    const unseen = await judgeSetting({ text, facts: { checks, queue: hidden('the queue', 'metadata') } })
    expect(unseen.verdicts).toMatchObject([
      { event: 'pull_request', holds: null, counterexample: { assumes: ['the branch has no merge queue'] } },
      { event: 'merge_group', holds: true },
    ])
  })

  test('that may or may not exist changes nothing if both events have a bypass', async () => {
    const facts = { checks: found(check('coverage')), queue: hidden('the queue', 'metadata') }
    const { verdicts } = await judgeSetting({ text: both, facts })
    expect(verdicts.map(({ holds }) => holds)).toEqual([false, false])
  })

  test('leaves open what is open for one event and a bypass for the other', async () => {
    const text = both.replace(
      "needs.coverage.result != 'success'",
      "needs.coverage.result != 'success' && (github.event_name == 'pull_request' && false || vars.STRICT == 'yes')",
    )
    const { verdicts } = await judgeSetting({ text, facts: { queue } })
    expect(verdicts.map(({ event, holds }) => [event, holds])).toEqual([
      ['pull_request', null],
      ['merge_group', null],
    ])
  })

  test('judges a workflow that runs only for the queue', async () => {
    const { verdicts } = await judgeSetting({ text: soundWorkflow('merge_group'), facts: { queue } })
    expect(verdicts).toMatchObject([{ event: 'merge_group', holds: true }])
  })
})

describe('check-from-any-source', () => {
  test('names the check and the rule', async () => {
    expect(await foundBy('check-from-any-source', { facts: { checks: found(open('verdict')) } })).toEqual([
      '21:3 The required check `verdict` may come from any source: anyone who can write commit statuses can post it, ' +
        'without a run. → Choose "GitHub Actions" as its source, in a ruleset of acme/api.',
    ])
  })

  test('is satisfied if another rule names the app', async () => {
    const checks = found<RequiredCheck>(open('verdict'), check('verdict', ACTIONS))
    expect(await foundBy('check-from-any-source', { facts: { checks } })).toEqual([])
  })

  test('does not report checks of other workflows', async () => {
    const checks = found<RequiredCheck>(open('build'), check('verdict'))
    expect(await foundBy('check-from-any-source', { facts: { checks } })).toEqual([])
  })

  test('is reported once for a name that two jobs have', async () => {
    const text = soundWorkflow().replace('  coverage:\n', '  coverage:\n    name: verdict\n')
    expect(
      await foundBy('check-from-any-source', { text, facts: { checks: found(open('verdict')) } }),
    ).toEqual([expect.stringMatching(/^14:3 /)])
  })

  test('is reported for one leg of a matrix', async () => {
    const text = soundWorkflow().replace(
      '  coverage:\n',
      '  coverage:\n    strategy: {matrix: {module: [api, web]}}\n',
    )
    expect(
      await foundBy('check-from-any-source', { text, facts: { checks: found(open('coverage (web)')) } }),
    ).toEqual([expect.stringContaining('The required check `coverage (web)` may come from any source')])
  })

  test('is not reported for a workflow without a gate', async () => {
    const workflows = [
      await workflowOf(soundWorkflow()),
      await workflowOf(onPullRequest('\n  build: {runs-on: x, steps: [{run: make}]}'), { file: 'b.yml' }),
    ]
    const { findings } = judgeAll(workflows, {
      checks: found<RequiredCheck>(check('verdict'), open('build')),
    })
    expect(findings).toEqual([])
  })

  test('is reported at the caller’s `on:` for a job in another file', async () => {
    const text = `on: pull_request
jobs:
  gate: {uses: nolapse/token-action/.github/workflows/token-gate.yml@v1, secrets: inherit}
  a: {needs: gate, runs-on: x, steps: [{run: nolapse run}]}`
    expect(
      await foundBy('check-from-any-source', { text, facts: { checks: found(open('gate / gate')) } }),
    ).toEqual([expect.stringMatching(/^1:1 /)])
  })
})

/** A required check of no app; `check` takes undefined for its default. */
function open(name: string) {
  return { ...check(name), app: undefined }
}

describe('required-check-absent', () => {
  const absent = (name: string, text = soundWorkflow()) =>
    foundBy('required-check-absent', { text, facts: { checks: found(check('verdict'), check(name)) } })

  test.each([
    'Verdict',
    ' ver dict',
    'Coverage / verdict',
    'coverage / Verdict (pull_request)',
    'ci / verdict',
    'verdict(pull_request)',
    'verdict (push)',
    'verdict  (merge_group)',
  ])('distinguishes %p from `verdict`, and names the latter', async name => {
    expect(await absent(name)).toEqual([
      `21:3 \`${name}\` is required on \`main\`, but no job reports a check of that name: no pull request can be ` +
        'merged. → Require `verdict` instead: that is how GitHub reports the job `verdict`.',
    ])
  })

  test('names every leg for a matrix', async () => {
    const text = soundWorkflow().replace(
      '  coverage:\n',
      '  coverage:\n    strategy: {matrix: {module: [api, web]}}\n',
    )
    expect(await absent('coverage', text)).toEqual([
      expect.stringContaining('→ Require `coverage (api)` and `coverage (web)` instead'),
    ])
  })

  test('names the called job for a caller', async () => {
    const text = `on: pull_request
jobs:
  gate: {uses: nolapse/token-action/.github/workflows/token-gate.yml@v1, secrets: inherit}
  verdict: {needs: gate, runs-on: x, steps: [{run: nolapse run}]}`
    expect(await absent('gate', text)).toEqual([
      expect.stringMatching(/^1:1 .*→ Require `gate \/ gate` instead/),
    ])
  })

  test('names the called job’s leg for the leg alone', async () => {
    const files = {
      '.github/workflows/called.yml': `on: workflow_call
jobs:
  build: {runs-on: x, strategy: {matrix: {module: [api]}}, steps: [{run: nolapse run}]}`,
    }
    const text = onPullRequest('\n  all: {uses: ./.github/workflows/called.yml}')
    const facts = { checks: found(check('build (api)')) }
    expect(await foundBy('required-check-absent', { text, files, facts })).toEqual([
      expect.stringContaining(
        '→ Require `all / build (api)` instead: that is how GitHub reports the job `all / build`.',
      ),
    ])
  })

  test('is not reported for one leg of a matrix', async () => {
    const text = soundWorkflow().replace(
      '  coverage:\n',
      '  coverage:\n    strategy: {matrix: {module: [api, web]}}\n',
    )
    expect(await absent('coverage (api)', text)).toEqual([])
  })

  test.each(['schedule', 'push'])('one of two workflows may run on %s only', async event => {
    const job = '\n  verdict: {runs-on: x, steps: [{run: make}]}'
    const on = event === 'push' ? '{push: {branches: [main]}}' : '{schedule: [{cron: "0 0 * * *"}]}'
    const workflows = [
      await workflowOf(soundWorkflow('[pull_request, merge_group]')),
      await workflowOf(`on: ${on}\njobs:${job}`, { file: 'b.yml' }),
    ]
    const { findings } = judgeAll(workflows, { queue: found(RULESET) })
    expect(findings.filter(({ rule }) => rule === 'required-check-absent')).toEqual([])
  })

  test('is not reported if a workflow for Forgejo reports the name', async () => {
    const workflows = [
      await workflowOf(soundWorkflow()),
      await workflowOf(soundWorkflow(), { platform: 'forgejo', file: '.forgejo/workflows/ci.yml' }),
    ]
    const checks = found(check('verdict'), check('Coverage / verdict (pull_request)'))
    const { findings } = judgeAll(workflows, { checks })
    expect(findings.filter(({ rule }) => rule === 'required-check-absent')).toEqual([])
  })

  test.each(['build', 'verdicts', 'lint / build', '(push)', '(push) verdict'])('ignores %p', async name => {
    expect(await absent(name)).toEqual([])
  })

  test('leaves a check of another app to that app', async () => {
    const facts = { checks: found(check('verdict'), check('Verdict', 7)) }
    expect(await foundBy('required-check-absent', { facts })).toEqual([])
  })

  test('is not reported if another workflow reports the name', async () => {
    const workflows = [
      await workflowOf(soundWorkflow()),
      await workflowOf(onPullRequest('\n  Verdict: {runs-on: x, steps: [{run: make}]}'), { file: 'b.yml' }),
    ]
    const { findings } = judgeAll(workflows, { checks: found(check('verdict'), check('Verdict')) })
    expect(findings.filter(({ rule }) => rule === 'required-check-absent')).toEqual([])
  })

  test('names a workflow that does not run on pull requests', async () => {
    expect(await absent('verdict', soundWorkflow('{push: {branches: [main]}}'))).toEqual([
      '2:1 `verdict` is required on `main`, but its workflow does not run on `pull_request`: no pull request can be ' +
        'merged. → Add `pull_request` to `on:`.',
    ])
  })

  test('names a workflow that the merge queue waits for', async () => {
    expect(await foundBy('required-check-absent', { facts: { queue: found(RULESET) } })).toEqual([
      '2:1 `verdict` is required on `main`, which has a merge queue, but its workflow does not run on `merge_group`: ' +
        'the queue merges nothing. → Add `merge_group:` to `on:`.',
    ])
    const text = soundWorkflow('[pull_request, merge_group]')
    expect(await foundBy('required-check-absent', { text, facts: { queue: found(RULESET) } })).toEqual([])
  })
})
