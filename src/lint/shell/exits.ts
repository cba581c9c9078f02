/** How a command ends: with a status, or by leaving the commands around it. */

/** An exit status. `FAILED` is an unknown status other than 0. */
export type Status = number

export const FAILED = -1

/** A shell exits here. */
export class Exit {
  readonly status: Status
  constructor(status: Status) {
    this.status = status
  }
}

export class Leave {
  readonly what: 'break' | 'continue' | 'return'
  constructor(what: 'break' | 'continue' | 'return') {
    this.what = what
  }
}

/** The script is not followed from here on. */
export class Lost {
  readonly because: string
  constructor(because: string) {
    this.because = because
  }
}

/** The known text of an inline expression is special to the shell, so the script must be parsed again with it. */
export class ReadAgain {}
