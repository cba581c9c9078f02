import { describe, expect, test } from '@jest/globals'
import type { ScriptPart, Shell } from '../../../src/lint/script-outcome.ts'
import { readShell } from '../../../src/lint/shell/script.ts'

const opaque = (parts: string | ScriptPart[], shell: Shell = 'default') =>
  readShell(typeof parts === 'string' ? [parts] : parts, shell).opaque

const UNKNOWN = 'if make; then echo; fi\n'

describe('A script ends either way', () => {
  test.each([
    // A plain sequence of commands, although its values are from outside.
    'a=$A\nmake "$a"',
    '"$CMD" "$A"',
    'a=$A\nmake "$a" | tee log',
    // Values from outside that decide nothing.
    'if make; then echo "$A"; else exit 1; fi',
    'set -u\nif make; then echo "$A"; else exit 1; fi',
    // Values of its own.
    'for x in a b; do if [ "$x" = a ]; then make; fi; done',
    'a=b\nif [ "$a" = b ]; then make; fi',
    // No condition after an unknown command is followed.
    './build.sh\nif [ "$A" = b ]; then make; else exit 1; fi',
    'shake\nif [ "$A" = b ]; then make; else exit 1; fi',
    'my-command\nif [ "$A" = b ]; then make; else exit 1; fi',
    'built\nif [ "$A" = b ]; then make; else exit 1; fi',
    // Within the limit of tries.
    `make || exit 1\n${UNKNOWN.repeat(5)}`,
  ])('%j', script => expect(opaque(script)).toBe(true))

  test.each([
    // Not plain, and its values are from outside.
    'a=$A\nif make; then echo; fi',
    'a=$A\nif [ "$a" = b ]; then make; else npm test; fi',
    'a=$A\nmake &',
    'a=$A\n! make',
    'if [[ $A = b ]]; then make; else npm test; fi',
    'if make; then echo "$A"; fi',
    'for r in a $RESULTS; do if [ "$r" = b ]; then exit 1; fi; make || exit 0; done',
    'case "$(make)" in a | "$A") exit 0 ;; *) exit 1 ;; esac',
    'bash build\nif [ "$A" = b ]; then make; else exit 1; fi',
    'command make\nif [ "$A" = b ]; then make; else exit 1; fi',
    // It fails only if A has one value.
    'if [ -f x ]; then A=b; fi\ntest "$A" = b',
    'if [ -f x ]; then A=b; fi\nif [ "$A" = c ]; then echo; elif [ "$A" = d ]; then exit 1; fi',
    // It fails if A has one value and B does not have another.
    'if [ -f x ]; then A=1; B=1; exit 1; fi\nif [ "$A" = 1 ] && [ "$B" != 1 ]; then exit 1; fi',
    // It fails only after too many tries.
    `make || exit 1\n${UNKNOWN.repeat(7)}`,
  ])('but not %j', script => expect(opaque(script)).toBe(false))

  test('whether sh is bash or not', () => {
    expect(opaque('[[ a = a ]] || true\nif make; then echo; else exit 1; fi', 'sh')).toBe(true)
    // Only one of them can fail.
    expect(opaque('[[ a = a ]] || make', 'sh')).toBe(false)
    expect(opaque('if [[ a = a ]]; then make || exit 1; fi', 'sh')).toBe(false)
    expect(opaque('[[ a = a ]] || make\n[[ a = a ]] || make', 'sh')).toBe(false)
  })

  test('but not because of a harmless inline expression', () => {
    const script = (otherwise: string): ScriptPart[] => [
      'if make; then echo "',
      { inline: 0 },
      `"; ${otherwise}fi`,
    ]
    expect(opaque(script(''))).toBe(false)
    expect(opaque(script('else exit 1; '))).toBe(true)
  })
})
