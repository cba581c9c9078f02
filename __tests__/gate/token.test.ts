import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TOKEN } from '../../harness/runner.ts'
import { examine } from '../../src/gate/token.ts'

const BODY = TOKEN.slice(4)
const OLD_BODY = 'Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0PpOoNnMmLl'

test('nlp_ and 40 lowercase hex characters are well-formed', () => {
  expect(examine(TOKEN)).toEqual({ form: 'well-formed', token: TOKEN })
})

test('a value of any other form is not well-formed', () => {
  const nearMisses = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFg \n"'), minLength: 38, maxLength: 42 }),
  )
  fc.assert(
    fc.property(nearMisses, fc.constantFrom('', 'nlp_', 'NLP_', ' nlp_'), (rest, prefix) => {
      const value = prefix + rest
      expect(examine(value).form === 'well-formed').toBe(
        value.length === 44 &&
          value.startsWith('nlp_') &&
          [...rest].every(character => '0123456789abcdef'.includes(character)),
      )
    }),
  )
})

test.each([
  [undefined, 'unset'],
  ['', 'unset'],
  [' ', 'blank'],
  [' \t\r\n', 'blank'],
  ['$NOLAPSE_TOKEN', 'unexpanded'],
  ['${NOLAPSE_TOKEN}', 'unexpanded'],
  ['%NOLAPSE_TOKEN%', 'unexpanded'],
  ['$_A1', 'unexpanded'],
])('%j is not a token: %s', (value, absence) => {
  expect(examine(value)).toEqual({ form: 'absent', absence })
})

test.each([
  // [value, flaw]
  [`${TOKEN}\n`, 'line-break'],
  [`\r\n${TOKEN}`, 'line-break'],
  [`${TOKEN}\n${TOKEN}`, 'several-lines'],
  [`${TOKEN}\rmore`, 'several-lines'],
  [`${TOKEN} `, 'white-space'],
  [`\t${TOKEN}`, 'white-space'],
  [`nlp_ ${BODY}`, 'white-space'],
  [`"${TOKEN}"`, 'quotes'],
  [`'${TOKEN}'\n`, 'quotes'],
  [`${TOKEN}’`, 'quotes'],
  [`Bearer ${TOKEN}`, 'bearer'],
  [`token: ${TOKEN}`, 'bearer'],
  [`NOLAPSE_TOKEN=${TOKEN}`, 'assignment'],
  [`export NOLAPSE_TOKEN=${TOKEN}`, 'assignment'],
  [`nolapse_token: ${TOKEN}`, 'assignment'],
  [`export  NOLAPSE_TOKEN=${TOKEN}`, 'assignment'],
  [`NOLAPSE_TOKEN = ${TOKEN}`, 'assignment'],
  [`-NOLAPSE_TOKEN=${TOKEN}`, 'prefix'],
  ['${{ secrets.NOLAPSE_TOKEN }}', 'expression'],
  ['***', 'masked'],
  ['a***', 'prefix'],
  ['***a', 'prefix'],
  [`{"secret":"${TOKEN}"}`, 'json'],
  [`["${TOKEN}"]`, 'json'],
  [`a{${TOKEN}`, 'prefix'],
  [`${TOKEN.slice(0, 20)}\u200b${TOKEN.slice(20)}`, 'invisible'],
  [`nlp_${'0'.repeat(39)}é`, 'invisible'],
  [`NLP_${BODY}`, 'prefix-case'],
  [`Nlp_${BODY}`, 'prefix-case'],
  [BODY, 'prefix'],
  ['nlp-', 'prefix'],
  [`-NLP_${BODY}`, 'prefix'],
  ['$nolapse_token', 'variable'],
  ['${nolapse_token}', 'variable'],
  ['$(cat token)', 'variable'],
  ['$env:NOLAPSE_TOKEN', 'variable'],
  ['%nolapse_token%', 'variable'],
  ['-${NOLAPSE_TOKEN}', 'prefix'],
  ['${NOLAPSE_TOKEN}-', 'prefix'],
  ['$(cat token)-', 'white-space'],
  ['-%nolapse_token%', 'prefix'],
  [`\ufeff${TOKEN}`, 'byte-order-mark'],
  [`\ufeff${TOKEN}\n`, 'byte-order-mark'],
  [`${TOKEN},`, 'separator'],
  [`${TOKEN};\n`, 'separator'],
  [`${TOKEN},0`, 'too-long'],
  [`${TOKEN}\\n`, 'escape'],
  [`${TOKEN}\\r\\n`, 'escape'],
  [Buffer.from(TOKEN).toString('base64'), 'base64'],
  [Buffer.from(`${TOKEN}\n`).toString('base64'), 'base64'],
  [Buffer.from(TOKEN).toString('base64url'), 'base64'],
  [`${Buffer.from(TOKEN).toString('base64')}\n`, 'base64'],
  [Buffer.from(`${TOKEN}0`).toString('base64'), 'prefix'],
  [Buffer.from(`0${TOKEN}`).toString('base64'), 'prefix'],
  [`-${Buffer.from(TOKEN).toString('base64')}`, 'prefix'],
  ['$1A', 'prefix'],
  [`nlp_${OLD_BODY}`, 'before-v0.2.0'],
  [`nlp_${BODY.toUpperCase()}`, 'upper-case'],
  [`nlp_${'a'.repeat(39)}F`, 'upper-case'],
  [TOKEN.slice(0, -1), 'too-short'],
  [`${TOKEN}0`, 'too-long'],
  [`${TOKEN}${TOKEN}`, 'too-long'],
  [`nlp_${OLD_BODY.slice(0, 38)}`, 'too-short'],
  ['nlp_', 'too-short'],
  [`nlp_${'-'.repeat(40)}`, 'characters'],
  [`nlp_${'A'.repeat(39)}-`, 'characters'],
  [`nlp_${'-'.repeat(16)}nlp_${'A'.repeat(20)}`, 'characters'],
])('%j is malformed: %s', (value, flaw) => {
  expect(examine(value)).toEqual({ form: 'malformed', flaw, length: value.length })
})

test.each([
  ['ghp_', 'GitHub'],
  ['github_pat_', 'GitHub'],
  ['glpat-', 'GitLab'],
  ['ATATT', 'Atlassian'],
  ['ATCTT', 'Atlassian'],
  ['ATBB', 'Atlassian'],
  ['AKIA', 'AWS'],
  ['ASIA', 'AWS'],
  ['xoxb-', 'Slack'],
  ['npm_', 'npm'],
  ['pypi-', 'PyPI'],
  ['dckr_pat_', 'Docker'],
  ['hvs.', 'Vault'],
  ['sk-ant-', 'Anthropic'],
  ['sk-', 'OpenAI'],
  ['sqp_', 'SonarQube'],
  ['eyJ', 'a JWT issuer'],
])('a value that starts with %s is reported as a token of %s', (prefix, vendor) => {
  expect(examine(`${prefix}0000`)).toMatchObject({ form: 'malformed', flaw: `vendor:${vendor}` })
  expect(examine(`-${prefix}0000`)).toMatchObject({ form: 'malformed', flaw: 'prefix' })
})
