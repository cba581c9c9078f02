import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'

test.each(['light', 'dark'])('the picture of a failing gate shows what dist/ prints today, %s', theme => {
  const folder = mkdtempSync(join(tmpdir(), 'nolapse-picture-'))
  try {
    const { status } = spawnSync(process.execPath, [resolve('scripts', 'picture.ts'), folder])
    expect(status).toBe(0)
    const name = `failing-gate-${theme}.svg`
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(resolve('docs', name), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
