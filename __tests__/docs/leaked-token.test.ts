/** The patterns that docs/leaked-token.md gives to secret scanners. Each is a regular expression that JavaScript has as well. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'

const page = readFileSync('docs/leaked-token.md', 'utf8')
const block = (language: string) => [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))]
const toml = block('toml').map(([, text = '']) => text)
const patterns = [
  ['GitHub', block('text')[0]?.[1]?.trim()],
  ...toml.map((text, index) => [['GitLab', 'gitleaks'][index], /regex = '([^']+)'/.exec(text)?.[1]]),
] as [string, string][]

test('there is a pattern for GitHub, GitLab and gitleaks', () => {
  expect(patterns.map(([name]) => name)).toEqual(['GitHub', 'GitLab', 'gitleaks'])
})

test.each(patterns)('the pattern for %s finds a token in code, logs and configuration', (_, pattern) => {
  const expression = new RegExp(pattern)
  for (const text of [TOKEN, `NOLAPSE_TOKEN=${TOKEN}`, `"${TOKEN}",`, `token: ${TOKEN}\n`])
    expect(expression.exec(text)?.[0]).toBe(TOKEN)
})

test.each(patterns)('the pattern for %s finds nothing in what only looks similar', (_, pattern) => {
  const expression = new RegExp(pattern)
  for (const text of ['nlp_production', TOKEN.slice(0, -1), TOKEN.toUpperCase(), `nlp_${'z'.repeat(40)}`])
    expect(text).not.toMatch(expression)
})

test.each(toml)('a scanner looks for the prefix first: %#', text => {
  expect(text).toContain('keywords = ["nlp_"]')
  expect(text).toContain('useDefault = true')
})
