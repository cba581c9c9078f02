import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '..', '..')
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

const readme = read('README.md')
const manifest = read('action.yml')
const reusable = read('.github', 'workflows', 'token-gate.yml')
interface Step {
  id?: string
  if?: string
  run?: string
  uses?: string
  with?: Record<string, string>
}

interface Job {
  if?: string
  needs?: string[]
  outputs?: Record<string, string>
  permissions?: Record<string, string>
  steps?: Step[]
}

const action = parse(manifest)
const gate = parse(reusable)
const { version } = JSON.parse(read('package.json'))

const examples = readdirSync(join(root, 'examples'))
  .filter(name => name.endsWith('.yml'))
  .map(name => ({ name, text: read('examples', name) }))

/** Those for GitHub; the ones for GitLab are run by gitlab.test.ts. */
const workflows = examples.filter(({ name }) => !name.startsWith('gitlab-'))

const pages = ['README.md', ...['gate-job', 'forks'].map(name => join('docs', `${name}.md`))]

const snippets = pages.flatMap(page => {
  const text = read(page)
  return [...text.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map(({ 1: snippet = '', index }) => ({
    page,
    text: snippet,
    line: text.slice(0, index).split('\n').length,
  }))
})

/** What stands under a heading, up to the next one of any level. */
function section(heading: string) {
  const [, rest] = readme.split(`\n## ${heading}\n`)
  if (rest === undefined) throw new Error(`README.md has no section "${heading}"`)
  return rest.split(/\n##+ /)[0] ?? ''
}

/** The names in the first column of the section's table, in order. */
const names = (heading: string) =>
  [...section(heading).matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '')

const inCode = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

describe('What a reader copies', () => {
  test('there are workflows to copy', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3)
  })

  test.each(snippets)('$page, line $line: the same lines are in a file of examples/', ({ text }) => {
    // The three lines at the top of the README leave the step's name out.
    const lines = text.replace(/^ {6}- uses: (nolapse\/token-action@)/, '        uses: $1')
    const homes = examples.filter(example => `\n${example.text}`.includes(`\n${lines}`))
    expect(homes.map(({ name }) => name)).not.toEqual([])
  })

  test('names the released version on the command line', () => {
    const named = [...(readme + read('SECURITY.md')).matchAll(/@nolapse\/token-action@(\S+)/g)].map(
      ([, named]) => named,
    )
    expect(new Set(named)).toEqual(new Set([version]))
  })

  test('never calls the bare command, which npx would fetch from the owner of that name', () => {
    expect(readme).not.toMatch(/npx (--yes )?nolapse-token/)
  })
})

describe('The README and action.yml have the same', () => {
  test('inputs', () => {
    expect(names('Inputs')).toEqual(Object.keys(action.inputs))
  })

  test('outputs', () => {
    expect(names('Outputs')).toEqual(Object.keys(action.outputs))
  })

  test('reasons', () => {
    const listed = inCode(action.outputs.reason.description)
    expect(names('Reasons').toSorted()).toEqual(listed.toSorted())
  })
})

describe('action.yml', () => {
  test('runs the built file on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })

  test('leaves the defaults to the code, so an empty value means the default as well', () => {
    const inputs = Object.values<{ default?: string; required?: boolean }>(action.inputs)
    expect(inputs.filter(input => input.default || input.required)).toEqual([])
  })

  test('has no expressions, because the runner evaluates the whole manifest', () => {
    expect(manifest).not.toContain('${{')
  })
})

describe('The reusable workflow', () => {
  const { inputs, outputs, secrets } = gate.on.workflow_call
  const [job, ...others] = Object.values<Job>(gate.jobs)
  const [step, ...more] = job?.steps ?? []

  test('accepts every input of the action except the token, as a string, and passes it on', () => {
    const wanted = Object.keys(action.inputs).filter(name => name !== 'token')
    expect(Object.keys(inputs)).toEqual([...wanted, 'runs-on'])
    expect(Object.values<{ type: string }>(inputs).every(({ type }) => type === 'string')).toBe(true)
    expect(step?.with).toEqual({
      token: '${{ secrets.NOLAPSE_TOKEN }}',
      ...Object.fromEntries(wanted.map(name => [name, `\${{ inputs.${name} }}`])),
    })
  })

  test('passes on valid, reason, org_id and scopes', () => {
    const wanted = ['valid', 'reason', 'org_id', 'scopes']
    expect(Object.keys(outputs)).toEqual(wanted)
    for (const name of wanted) {
      expect(outputs[name].value).toBe(`\${{ jobs.gate.outputs.${name} }}`)
      expect(job?.outputs?.[name]).toBe(`\${{ steps.${step?.id}.outputs.${name} }}`)
    }
  })

  test('does not require its secret, so that a missing one gets the message of the gate', () => {
    expect(secrets.NOLAPSE_TOKEN.required).toBe(false)
  })

  test('is one job of one step, the action pinned by commit, without permissions', () => {
    expect(others).toEqual([])
    expect(more).toEqual([])
    expect(step?.uses).toMatch(/^nolapse\/token-action@[0-9a-f]{40}$/)
    expect(reusable).toContain(`${step?.uses} # v${version}\n`)
    expect([gate.permissions, job?.permissions]).toEqual([{}, {}])
  })
})

/** The workflows that a pull request has to pass; scheduled ones stop no pull request. */
const gating = workflows.filter(({ text }) => /^ {2}pull_request:/m.test(text))

describe.each(gating)('examples/$name', ({ text }) => {
  const workflow = parse(text)
  const named = Object.entries<Job>(workflow.jobs)
  const jobs = named.map(([, job]) => job)
  const steps = jobs.flatMap(job => job.steps ?? [])

  test('passes outputs and secrets to a script only in its environment', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
  })

  test('compares `valid` as a string everywhere', () => {
    const asking = [...jobs, ...steps].filter(part => part.if?.includes('.valid'))
    expect(asking.filter(part => !/\.valid [!=]= 'true'/.test(part.if ?? ''))).toEqual([])
  })

  test('names the check to require, which sums up all other jobs unless it is the one that runs nolapse', () => {
    const [, check = ''] = /^# .*Require the check `([\w-]+)`\.$/m.exec(text) ?? []
    const job: Job = workflow.jobs[check]
    const others = named.map(([name]) => name).filter(name => name !== check)
    if (check !== 'coverage') expect(job).toMatchObject({ if: '${{ always() }}', needs: others })
    else expect(job.steps?.at(-1)?.uses ?? job.steps?.at(-1)?.run).toMatch(/token-action\/run@|nolapse run/)
  })

  test('runs in a merge queue, too', () => {
    expect(Object.keys(workflow.on)).toEqual(expect.arrayContaining(['pull_request', 'merge_group']))
  })

  test('declares its permissions, and the gate job has none', () => {
    expect(workflow.permissions).toBeDefined()
    expect(workflow.jobs.gate?.permissions ?? {}).toEqual({})
  })
})
