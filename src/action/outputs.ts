/** The step's outputs: proven writable before anything is sent, and written before anything is told. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { setOutput } from '@actions/core'
import { outputsOf, type Verdict } from '../gate/verdict.ts'

/** Why outputs cannot be written; `undefined` if they can. Without GITHUB_OUTPUT, core would print them as old commands. */
export const obstacleToOutputs = (): string | undefined => obstacleTo(trial)

/**
 * Writes the outputs.
 *
 * @returns why they could not be written, if so: the file was writable when the run began, which says nothing about now
 */
export const deliver = (verdict: Verdict): string | undefined => obstacleTo(() => write(verdict))

function obstacleTo(use: (path: string) => void): string | undefined {
  const path = process.env.GITHUB_OUTPUT
  if (!path) return 'GITHUB_OUTPUT is not set'
  try {
    use(path)
    return undefined
  } catch (error) {
    // core's own error, without a code, is for a file that is not there.
    return `the file that GITHUB_OUTPUT names is not writable (${(error as NodeJS.ErrnoException).code ?? 'ENOENT'})`
  }
}

/** Writes one byte, because a full disk shows no sooner, and takes it back, because not every engine skips an empty line. */
function trial(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    writeSync(file, '\n', size)
    ftruncateSync(file, size)
  } finally {
    closeSync(file)
  }
}

/**
 * `valid` comes last: if the writing stops half-way, a workflow that asks for valid == 'true' either has everything
 * that goes with it, or does not go on.
 */
function write(verdict: Verdict): void {
  const { valid, ...rest } = outputsOf(verdict)
  for (const [name, value] of Object.entries(rest)) setOutput(name, value)
  setOutput('valid', valid)
}
