import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findFiles } from '../../src/lint/files.ts'
import { type Files, inFolder } from '../support/linted.ts'

const found = (files: Files, ...paths: string[]) =>
  inFolder(files, here => {
    const { files: read, unreadable } = findFiles(paths, here)
    return { read: read.map(({ path, dialect }) => `${dialect} ${path}`), unreadable }
  })

describe('In a folder', () => {
  test('only workflows of GitHub, Forgejo and Gitea and the pipeline of GitLab are read', async () => {
    const { read, unreadable } = await found({
      '.github/workflows/b.yaml': 'on: push',
      '.github/workflows/a.yml': 'on: push',
      '.github/workflows/notes.md': '',
      '.github/workflows/deeper/c.yml': '',
      '.github/dependabot.yml': '',
      '.forgejo/workflows/f.yml': '',
      '.gitea/workflows/g.yml': '',
      '.gitlab-ci.yml': '',
      'other.yml': '',
    })
    expect(read).toEqual([
      'github .github/workflows/a.yml',
      'github .github/workflows/b.yaml',
      'forgejo .forgejo/workflows/f.yml',
      'gitea .gitea/workflows/g.yml',
      'gitlab .gitlab-ci.yml',
    ])
    expect(unreadable).toEqual([])
  })

  test('that is given by name, paths are shown relative to the current folder', async () => {
    const { read } = await found({ 'repos/a/.github/workflows/x.yml': '' }, 'repos/a')
    expect(read).toEqual(['github repos/a/.github/workflows/x.yml'])
  })
})

describe('A file', () => {
  test('that is given by name is read once, and its kind follows from its folder, name or keys', async () => {
    const files = {
      '.github/workflows/x.yml': '',
      'ci/gitlab-template.yml': '',
      'ci/pipeline.yml': 'stages: [test]\n',
      'ci/flow.yml': 'on: push\njobs: {}\n',
      'ci/other.yml': 'a: 1\n',
    }
    const { read } = await found(files, ...Object.keys(files), 'ci/other.yml', '.')
    expect(read).toEqual([
      'github .github/workflows/x.yml',
      'gitlab ci/gitlab-template.yml',
      'gitlab ci/pipeline.yml',
      'github ci/flow.yml',
      'github ci/other.yml',
    ])
  })

  test('that does not exist is named', async () => {
    const { unreadable } = await found({}, 'no.yml')
    expect(unreadable).toMatchObject([{ path: 'no.yml', message: 'No file or folder has this name.' }])
  })

  test.each<[string, string | Buffer, string]>([
    [
      'of 10 MB',
      'a: 1\n'.repeat(2_000_000),
      'This file has more than 1024 KiB. lint reads no file of that size.',
    ],
    ['that is not text', Buffer.from([0x61, 0xff, 0xfe]), 'This file is not text in UTF-8.'],
    ['nested too deeply', '['.repeat(100_000), 'The YAML is nested too deeply.'],
    [
      'whose aliases unfold to more than can be read',
      `${['a: &a [1,1,1,1,1,1,1,1,1]', ...'bcdefgh'].map((name, index) => (index === 0 ? name : `${name}: &${name} [${`*${'abcdefgh'[index - 1]},`.repeat(9)}]`)).join('\n')}\n`,
      'With its aliases, this YAML has more than 100,000 nodes.',
    ],
    [
      'with an alias inside what it stands for',
      'a: &a [*a]\n',
      'With its aliases, this YAML has more than 100,000 nodes.',
    ],
  ])('%s is reported in a sentence', async (_, content, message) => {
    await inFolder({}, here => {
      writeFileSync(join(here, 'x.yml'), content)
      expect(findFiles(['x.yml'], here).unreadable).toMatchObject([{ path: 'x.yml', message }])
    })
  })

  test('with aliases to names that do not exist, and with documents of every kind, is read', async () => {
    const { read } = await found({ 'x.yml': 'a: *none\n---\n? [b]\n: &b {c: *b2}\n---\n' }, 'x.yml')
    expect(read).toEqual(['github x.yml'])
  })

  test('that is a pipe or a folder is reported in a sentence, without a wait', () =>
    inFolder({}, here => {
      const workflows = join(here, '.github', 'workflows')
      mkdirSync(join(workflows, 'folder.yml'), { recursive: true })
      execFileSync('mkfifo', [join(workflows, 'pipe.yml')])
      expect(findFiles([], here).unreadable).toMatchObject([
        { path: '.github/workflows/folder.yml', message: 'This is not a regular file.' },
        { path: '.github/workflows/pipe.yml', message: 'This is not a regular file.' },
      ])
    }))

  test('that cannot be read, or is gone, is reported in a sentence', () =>
    inFolder({ 'x.yml': '' }, here => {
      symlinkSync(join(here, 'gone'), join(here, 'link.yml'))
      const [file] = findFiles(['x.yml'], here).files
      expect(file?.folder.readFile('gone.yml')).toMatchObject({ why: { message: 'No file has this name.' } })
      symlinkSync('loop.yml', join(here, 'loop.yml'))
      expect(file?.folder.readFile('loop.yml')).toMatchObject({
        why: { message: 'This file cannot be read (ELOOP).' },
      })
      chmodSync(join(here, 'x.yml'), 0)
    }))
})

test('A path outside the current folder is shown in full', () =>
  inFolder({ 'a/x.yml': '', 'b/y.yml': '' }, here => {
    const path = join(here, 'a', 'x.yml')
    const [file] = findFiles([path], join(here, 'b')).files
    expect(file?.path).toBe(path)
    const [own] = findFiles(['y.yml'], join(here, 'b')).files
    expect(own?.folder.readFile('.')).toMatchObject({ why: { path: '.' } })
  }))

describe('Nothing outside the folder is read', () => {
  const reading = (make: (here: string) => string, reference: string) =>
    inFolder({ 'secret.yml': 'a: 1', 'repo/.github/workflows/x.yml': '', 'repo/in/y.yml': 'b: 2' }, here => {
      make(here)
      const [file] = findFiles(['repo'], here).files
      return file?.folder.readFile(reference)
    })

  test.each([
    ['by ..', '../secret.yml'],
    ['by .. inside', './in/../../secret.yml'],
    ['by an absolute path', '/etc/hostname'],
    ['by a link to a file', 'link.yml'],
    ['by a link to a folder', 'folder/secret.yml'],
  ])('%s', async (_, reference) => {
    const read = await reading(here => {
      symlinkSync(join(here, 'secret.yml'), join(here, 'repo', 'link.yml'))
      symlinkSync(here, join(here, 'repo', 'folder'))
      return here
    }, reference)
    expect(read).toMatchObject({ kind: 'unreadable', why: { message: expect.stringContaining('outside') } })
  })

  test('a link that stays inside is followed', async () => {
    const read = await reading(here => {
      symlinkSync('in/y.yml', join(here, 'repo', 'link.yml'))
      return here
    }, './link.yml')
    expect(read).toEqual({ kind: 'read', path: 'repo/link.yml', content: 'b: 2' })
  })
})
