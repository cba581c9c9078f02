/**
 * The form of a nolapse token, and what is wrong with a value that does not have it.
 *
 * A token is opaque: its form is checked, its body is never parsed. Since v0.2.0 of nolapse it is `nlp_` and 40
 * lowercase hex characters; before that its body was 40 mixed-case alphanumerics (nolapse's documentation).
 */
import { TOKEN_LENGTH, WELL_FORMED } from '../api/contract.ts'

/** Why a value is not even a malformed token. `unexpanded` is what a CI leaves of a variable that is not there. */
export type Absence = 'unset' | 'blank' | 'unexpanded'

/** What is wrong with a value, named without quoting any of it. */
export type Flaw =
  | 'byte-order-mark'
  | 'line-break'
  | 'several-lines'
  | 'white-space'
  | 'quotes'
  | 'bearer'
  | 'assignment'
  | 'separator'
  | 'escape'
  | 'base64'
  | 'expression'
  | 'variable'
  | 'masked'
  | 'json'
  | 'invisible'
  | 'prefix-case'
  | 'prefix'
  | 'before-v0.2.0'
  | 'upper-case'
  | 'too-short'
  | 'too-long'
  | 'characters'
  | `vendor:${string}`

export type Examined =
  | { form: 'well-formed'; token: string }
  | { form: 'absent'; absence: Absence }
  | { form: 'malformed'; flaw: Flaw; length: number }

const UNEXPANDED = /^(\$[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|%[A-Z_][A-Z0-9_]*%)$/

/** Tells a well-formed token from a value that is absent and from one that is malformed, and how. */
export function examine(value: string | undefined): Examined {
  if (value === undefined || value === '') return { form: 'absent', absence: 'unset' }
  if (value.trim() === '') return { form: 'absent', absence: 'blank' }
  if (WELL_FORMED.test(value)) return { form: 'well-formed', token: value }
  if (UNEXPANDED.test(value)) return { form: 'absent', absence: 'unexpanded' }
  return { form: 'malformed', flaw: flawOf(value), length: value.length }
}

/** In the order of how much each explains: a quoted token also has a wrong length, but the quotes are the cause. */
function flawOf(value: string): Flaw {
  // `trim` takes a byte order mark for white space.
  if (value.startsWith('\ufeff')) return 'byte-order-mark'
  const inner = value.trim()
  if (/[\r\n]/.test(inner)) return 'several-lines'
  if (inner.includes('${{')) return 'expression'
  if (/^\$([A-Za-z_]\w*|env:\w+|\{[^}]*\}|\([^)]*\))$|^%\w+%$/.test(inner)) return 'variable'
  if (/^\*+$/.test(inner)) return 'masked'
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(inner)) return 'quotes'
  if (/^(bearer|token|basic)\b[\s:]/i.test(inner)) return 'bearer'
  if (/^[{[]/.test(inner)) return 'json'
  if (/^(export\s+)?(?!nlp_)[A-Za-z_]\w*\s*[=:]\s*[^=\s]/.test(inner)) return 'assignment'
  if (isBase64OfToken(inner)) return 'base64'
  const vendor = vendorOf(inner)
  if (vendor) return `vendor:${vendor}`
  if (/\\[nrt]/.test(inner)) return 'escape'
  if (/[,;]$/.test(inner)) return 'separator'
  if (inner !== value) return /[\r\n]/.test(value) ? 'line-break' : 'white-space'
  if (/[^\x20-\x7e]/.test(value)) return 'invisible'
  if (/\s/.test(value)) return 'white-space'
  if (/^nlp_/i.test(value) && !value.startsWith('nlp_')) return 'prefix-case'
  if (!value.startsWith('nlp_')) return 'prefix'
  if (value.length !== TOKEN_LENGTH) return value.length < TOKEN_LENGTH ? 'too-short' : 'too-long'
  if (/^nlp_[0-9a-f]+$/i.test(value)) return 'upper-case'
  if (/^nlp_[0-9a-z]+$/i.test(value)) return 'before-v0.2.0'
  return 'characters'
}

/** Of the token alone, or of the line that `echo` makes of it, in either alphabet. Such a value is 59 or 60 characters long. */
const isBase64OfToken = (value: string): boolean =>
  /^[\w+/-]{59,60}=?$/.test(value) &&
  /^nlp_[0-9a-f]{40}\n?$/.test(Buffer.from(value, 'base64').toString('latin1'))

/** By the first characters of other vendors' tokens, from their own documentation. */
function vendorOf(value: string): string | undefined {
  // Here, so that a run with a good token does not create them.
  const vendors: [RegExp, string][] = [
    [/^(gh[oprsu]_|github_pat_)/, 'GitHub'],
    [/^gl[a-z]{1,6}-/, 'GitLab'],
    [/^ATATT|^ATCTT|^ATBB/, 'Atlassian'],
    [/^(AKIA|ASIA)/, 'AWS'],
    [/^xox[a-z]-/, 'Slack'],
    [/^npm_/, 'npm'],
    [/^pypi-/, 'PyPI'],
    [/^dckr_pat_/, 'Docker'],
    [/^hv[bs]\./, 'Vault'],
    [/^sk-ant-/, 'Anthropic'],
    [/^sk-/, 'OpenAI'],
    [/^sq[apu]_/, 'SonarQube'],
    [/^ey[JK]/, 'a JWT issuer'],
  ]
  return vendors.find(([prefix]) => prefix.test(value))?.[1]
}
