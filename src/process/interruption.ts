/** Signals that ask a run to end: what it is doing gets a moment, then it says what exists and ends. */

import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, realClock } from './clock.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal has ended the run. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals
  constructor(signal: NodeJS.Signals) {
    super(signal)
    this.signal = signal
  }
  /** What a shell makes of a process that a signal ended. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal]
  }
}

/** Listens for signals while a command runs, in the place of dying of them. */
export class Interruption {
  readonly #arrival = new AbortController()
  readonly #listener = (signal: NodeJS.Signals) => this.#arrival.abort(new Interrupted(signal))

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#listener)
  }

  stopListening(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener)
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
  get reason(): Interrupted | undefined {
    return this.#arrival.signal.reason
  }

  /** @throws Interrupted where a signal has arrived */
  check(): void {
    this.#arrival.signal.throwIfAborted()
  }

  /**
   * Takes one step, unless a signal has arrived.
   *
   * @param patience how long the step may go on after a signal, in milliseconds; what it has brought by then counts
   * @param onSignal what is done about the step at the signal
   * @throws Interrupted where it went on for longer
   */
  async during<T>(
    step: () => Promise<T>,
    patience = 0,
    onSignal: (signal: NodeJS.Signals) => void = () => undefined,
  ): Promise<T> {
    this.check()
    return this.bound(step, patience, onSignal)
  }

  /** The same, also after a signal has arrived: for what has to be done then. */
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
