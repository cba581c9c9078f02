#!/usr/bin/env node
/** The command line's entry. */
import '../fail-closed.ts'
import { end, surviveBrokenPipes } from '../end.ts'
import { EXIT } from './exit-codes.ts'
import { run } from './program.ts'

surviveBrokenPipes()
run(process.argv.slice(2)).then(code => end(code, EXIT.failed))
