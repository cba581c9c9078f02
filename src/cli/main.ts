#!/usr/bin/env node
/** The command line's entry. */
import './fail-closed.ts'
import '../process/parent.ts'

import { end, surviveBrokenPipes } from '../process/exit.ts'
import { EXIT } from './exit-codes.ts'
import { crashOf } from './fail-closed.ts'
import { complain } from './print.ts'
import { run } from './program.ts'

surviveBrokenPipes()
run(process.argv.slice(2), crashOf()).then(code =>
  process.stderr.write('', () => end(code, EXIT.failed, complainOfLoss)),
)

/** A reader that closes the pipe early, such as `head`, needs no message. */
function complainOfLoss({ code }: NodeJS.ErrnoException) {
  if (code !== 'EPIPE')
    complain(
      'nolapse-token: the result is lost',
      `Standard output could not be written (${code}).\nWhat to do: Make sure that the disk is not full, and run again.`,
    )
}
