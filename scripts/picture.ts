/**
 * Writes docs/failing-gate-light.svg and -dark.svg: the annotation of a gate that fails, from a real run of dist/.
 *
 *   npm run picture            writes both
 *   npm run picture -- FOLDER  writes both there: a test compares them
 */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { JobLog, wrapped } from '../demo/log.ts'
import { runAction } from '../harness/runner.ts'

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', 'docs'))

/** GitHub's own colours (primer/primitives). */
const THEMES = {
  light: { canvas: '#ffffff', border: '#d1d9e0', text: '#1f2328', muted: '#59636e', error: '#d1242f' },
  dark: { canvas: '#0d1117', border: '#3d444d', text: '#f0f6fc', muted: '#9198a1', error: '#f85149' },
}

const COLUMNS = 88
const LINE = 20
const LEFT = 52
const WIDTH = 780

/** A secret that was stored with its quotes: the most common mistake, and one that needs no platform. */
const { stdout } = await runAction({ inputs: { token: `"nlp_${'0'.repeat(40)}"` } })
const [headline = '', ...rest] = new JobLog()
  .render(stdout)
  .replace(/^Error: /, '')
  .split('\n')
const lines = wrapped([headline, ...rest].join('\n'), COLUMNS).split('\n')

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`).replace(/^ +/, '')

function picture({ canvas, border, text, muted, error }: (typeof THEMES)['light']): string {
  const height = 74 + lines.length * LINE
  const font =
    'font-family="-apple-system, BlinkMacSystemFont, Segoe UI, Noto Sans, Helvetica, Arial, sans-serif"'
  const remedy = lines.findIndex(line => line.startsWith('What to do'))
  const after = lines.findIndex(line => /^(Likely causes|More):/.test(line))
  const rows = lines.map((line, index) => {
    const hang = line.startsWith('  ') ? 10 : 0
    const style = index >= remedy && index < after ? 'font-weight="600"' : ''
    return `  <text x="${LEFT + hang}" y="${66 + index * LINE}" fill="${text}" font-size="14" ${style}>${escaped(line)}</text>`
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" ${font}>`,
    '  <title>The annotation of a gate that fails</title>',
    `  <rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6" fill="${canvas}" stroke="${border}"/>`,
    `  <circle cx="28" cy="35" r="8" fill="${error}"/>`,
    `  <path d="M25 32l6 6m0-6l-6 6" stroke="${canvas}" stroke-width="1.6"/>`,
    `  <text x="${LEFT}" y="40" fill="${text}" font-size="14" font-weight="600">nolapse token: malformed</text>`,
    `  <text x="${WIDTH - 20}" y="40" fill="${muted}" font-size="12" text-anchor="end">coverage · Check the nolapse token</text>`,
    ...rows,
    '</svg>',
  ].join('\n')}\n`
}

for (const [name, theme] of Object.entries(THEMES))
  writeFileSync(join(folder, `failing-gate-${name}.svg`), picture(theme))
