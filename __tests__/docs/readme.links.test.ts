import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const root = resolve(import.meta.dirname, '..', '..')

/** The anchor that GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    anchor(heading ?? ''),
  )

const docs = readdirSync(join(root, 'docs'))
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`)

const links = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs].flatMap(page =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https:)([^)\s]+)\)/g)].map(
    ([, target = '']) => {
      const [path, fragment] = target.split('#')
      return { page, target, file: path ? join(dirname(page), path) : page, fragment }
    },
  ),
)

test.each(links)('$page: the link to $target works', ({ file, fragment }) => {
  expect(existsSync(join(root, file))).toBe(true)
  if (fragment) expect(anchorsOf(file)).toContain(fragment)
})
