/** Signals that ask a run to end: its current step gets a moment, then the run says what exists, and ends. */

import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, realClock } from './clock.ts'
import { ignoresHangUps, watchParent } from './parent.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How often to look whether the parent has ended, in milliseconds. */
const CHECK_EVERY = 250

/** A signal has ended the run. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals
  constructor(signal: NodeJS.Signals) {
    super(signal)
    this.signal = signal
  }
  /** What a shell reports for a process that a signal ended. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal]
  }
}

/** Whether the run is hung up although no SIGHUP has come; `false` if not even SIGHUP counts. */
type IsHungUp = false | (() => boolean)

const hangUps = (): IsHungUp => !ignoresHangUps() && watchParent()

/** Listens for signals while a command runs, so that they do not end the process at once. */
export class Interruption {
  readonly #arrival = new AbortController()
  readonly #isHungUp: IsHungUp
  readonly #watch: NodeJS.Timeout
  readonly #listener = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGHUP' || this.#isHungUp) this.#arrival.abort(new Interrupted(signal))
  }

  constructor(isHungUp: IsHungUp = hangUps()) {
    this.#isHungUp = isHungUp
    for (const signal of SIGNALS) process.on(signal, this.#listener)
    this.#watch = setInterval(() => this.#look(), CHECK_EVERY).unref()
  }

  stopListening(): void {
    clearInterval(this.#watch)
    for (const signal of SIGNALS) process.off(signal, this.#listener)
  }

  /** Nothing tells a process that its parent has ended. */
  #look(): void {
    if (!this.#arrival.signal.aborted && this.#isHungUp && this.#isHungUp()) this.#listener('SIGHUP')
  }

  /** The real clock, whose sleep a signal ends at once. */
  readonly clock: Clock = {
    ...realClock,
    sleep: async milliseconds => {
      this.check()
      await sleep(milliseconds, undefined, { signal: this.#arrival.signal }).catch(() => this.check())
    },
  }

  /** The signal that has arrived, if one has. */
  get interrupted(): Interrupted | undefined {
    this.#look()
    return this.#arrival.signal.reason
  }

  /** @throws Interrupted if a signal has arrived */
  check(): void {
    this.#look()
    this.#arrival.signal.throwIfAborted()
  }

  /**
   * For use before a step that cannot be undone. Also notices a signal that the process has received, but has not handled
   * yet: after a machine has slept, timers come first.
   *
   * @throws Interrupted if a signal has arrived
   */
  async hear(): Promise<void> {
    await new Promise(setImmediate)
    this.check()
  }

  /**
   * Takes one step, unless a signal has arrived.
   *
   * @param patience how long the step may go on after a signal, in milliseconds; what it achieves by then counts
   * @param onSignal what to do about the step when the signal arrives
   * @throws Interrupted if it went on for longer
   */
  async during<T>(
    step: () => Promise<T>,
    patience = 0,
    onSignal: (signal: NodeJS.Signals) => void = () => undefined,
  ): Promise<T> {
    this.check()
    return this.bound(step, patience, onSignal)
  }

  /** Takes one step as `during` does, even if a signal has arrived before: for what must be done after one. */
  async bound<T>(
    step: () => Promise<T>,
    patience: number,
    onSignal: (signal: NodeJS.Signals) => void = () => undefined,
  ): Promise<T> {
    const { signal } = this.#arrival
    const work = step()
    const over = new Promise<never>((_, reject) => {
      const arrived = async () => {
        const interrupted = signal.reason as Interrupted
        onSignal(interrupted.signal)
        await sleep(patience, undefined, { ref: false })
        reject(interrupted)
      }
      if (signal.aborted) arrived()
      else signal.addEventListener('abort', arrived, { once: true })
    })
    return Promise.race([work, over])
  }
}
