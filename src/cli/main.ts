#!/usr/bin/env node
/** The command line's entry. */
import './fail-closed.ts'
import '../process/parent.ts'

import { end, surviveBrokenPipes } from '../process/exit.ts'
import { EXIT } from './exit-codes.ts'
import { crashOf } from './fail-closed.ts'
import { run } from './program.ts'

surviveBrokenPipes()
run(process.argv.slice(2), crashOf()).then(code => process.stderr.write('', () => end(code, EXIT.failed)))
