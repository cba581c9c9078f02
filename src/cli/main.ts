#!/usr/bin/env node
/** The command line's entry. */
import '../fail-closed.ts'
import { end } from '../end.ts'
import { EXIT } from './exit-codes.ts'
import { run } from './program.ts'

// A broken pipe is no defect. Whoever must know writes with a callback, and `end` finds out in any case.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
run(process.argv.slice(2)).then(code => end(code, EXIT.failed))
