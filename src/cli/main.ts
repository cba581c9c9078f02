#!/usr/bin/env node
/** The command line's entry. */
import '../process/fail-closed.ts'
import { end, surviveBrokenPipes } from '../process/exit.ts'
import { EXIT } from './exit-codes.ts'
import { run } from './program.ts'

surviveBrokenPipes()
const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject))
run(process.argv.slice(2), crash).then(code => process.stderr.write('', () => end(code, EXIT.failed)))
