/** docs/lint.md as readers try it, with the command line from dist/. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { runCli } from '../support/cli.ts'
import { inFolder, WORKFLOW } from '../support/linted.ts'

const PAGE = 'docs/lint.md'
const page = readFileSync(PAGE, 'utf8')

const block = (heading: string): string => {
  const section = page.slice(page.indexOf(`\n## ${heading}`))
  return /```yaml\n(.*?)```/s.exec(section)?.[1] ?? ''
}

const example = block('An example')

const lint = (files: Record<string, string>, ...args: string[]) =>
  inFolder(files, cwd => runCli({ args: ['lint', ...args], cwd }))

/** `UPDATE_OUTPUT=1` writes it. */
test('shows the output of the command for its example', async () => {
  const { stdout, code } = await lint({ [WORKFLOW]: example }, '--required-check', 'coverage')
  expect(code).toBe(5)
  const [before = '', rest = ''] = page.split('<!-- output -->\n```text\n')
  const shown = rest.slice(0, rest.indexOf('```'))
  if (process.env.UPDATE_OUTPUT)
    writeFileSync(PAGE, `${before}<!-- output -->\n\`\`\`text\n${stdout}${rest.slice(rest.indexOf('```'))}`)
  else expect(shown).toBe(stdout)
})

test('starts with the limits of the proof', () => {
  expect(page.match(/^## .*/gm)?.[0]).toBe('## What it does not prove')
})

test('its workflow runs the command with options that exist', async () => {
  const { steps } = parse(block('In a GitHub workflow')).jobs.lint
  const command = steps.map(({ run }: { run?: string }) => run).find(Boolean) as string
  const [, args = ''] = command.split(' lint ')
  const files = { [WORKFLOW]: readFileSync('examples/gate-job.yml', 'utf8') }
  expect(await lint(files, ...args.split(' '))).toMatchObject({ code: 0, stdout: '', stderr: '' })
})

test('its hook runs the command of the package on the files that the hook names', async () => {
  const [hook] = parse(block('As a pre-commit hook')).repos[0].hooks
  expect(hook).toMatchObject({ language: 'node', pass_filenames: false })
  const [command, ...args] = hook.entry.split(' ')
  expect(Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).bin)).toContain(command)
  const files = new RegExp(hook.files)
  for (const path of [WORKFLOW, '.gitea/workflows/x.yml', '.gitlab-ci.yml']) expect(path).toMatch(files)
  expect('src/.gitlab-ci.yml').not.toMatch(files)
  expect(await lint({ [WORKFLOW]: example }, ...args.slice(1))).toMatchObject({ code: 5 })
})

test('its GitLab job finds nothing in the example for GitLab, and finds the fault in a faulty one', async () => {
  const [script] = parse(block('In GitLab'))['nolapse-lint'].script
  const args = script.split(' lint ')[1].split(' ')
  const text = readFileSync('examples/gitlab-ci.yml', 'utf8')
  expect(await lint({ '.gitlab-ci.yml': text }, ...args)).toMatchObject({ code: 0 })
  const faulty = text.replace('needs: [nolapse-token]', 'needs: [{job: nolapse-token, optional: true}]')
  expect(await lint({ '.gitlab-ci.yml': faulty }, ...args)).toMatchObject({ code: 5 })
})
