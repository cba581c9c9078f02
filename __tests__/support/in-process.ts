/** Runs a command of the source in this process, where coverage is counted; what it prints is caught. */
import { closeSync, openSync } from 'node:fs'
import { jest } from '@jest/globals'
import { run } from '../../src/cli/program.ts'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** The variables of this machine that a command reads. */
const OWN =
  /^(NOLAPSE_|GITLAB_CI|CI_|JENKINS_URL|BUILD_TAG|BITBUCKET_|GITHUB_|NO_COLOR|FORCE_COLOR|NODE_TLS_|https?_proxy)/i

/** @param env beside the machine's own, but for what would make a difference */
export async function invoke(
  args: string[],
  env: Record<string, string> = {},
  crash: Promise<never> = new Promise(() => undefined),
): Promise<Outcome> {
  const outer = { ...process.env }
  const [, script] = process.argv
  // As an installed program: command lines to copy start it by its name.
  process.argv[1] = '/usr/local/bin/nolapse-token'
  for (const name of Object.keys(outer)) if (OWN.test(name)) delete process.env[name]
  Object.assign(process.env, env)
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(name =>
    jest.spyOn(process[name], 'write').mockImplementation((text, ...rest) => {
      printed[name] += text
      const written = rest.at(-1)
      if (typeof written === 'function') written()
      return true
    }),
  )
  // A command may close its standard output, and the tests need theirs. Any file will do: nothing is written to it.
  const fd = jest.replaceProperty(process.stdout, 'fd', openSync('package.json', 'r') as 1)
  try {
    return { code: await run(args, crash), ...printed }
  } finally {
    closeSync(process.stdout.fd)
    fd.restore()
    for (const spy of spies) spy.mockRestore()
    process.argv[1] = String(script)
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, outer)
  }
}
