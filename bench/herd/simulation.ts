/** Time that moves on only when nothing is left to do at the moment: minutes of waiting take milliseconds. */

interface Event {
  time: number
  act: () => void
}

/** Time moves in steps of so many milliseconds, so that events close together happen together. */
const STEP = 5

export class Simulation {
  /** In milliseconds since the start. */
  now = 0
  /** The earliest is last. */
  readonly #events: Event[] = []

  at(asked: number, act: () => void): void {
    const time = Math.ceil(asked / STEP) * STEP
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle] as Event).time > time) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, { time, act })
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.at(this.now + milliseconds, resolve))
  }

  /** Runs until no events are left. */
  async run(): Promise<void> {
    for (let next = this.#events.at(-1); next; next = this.#events.at(-1)) {
      this.now = next.time
      while (this.#events.at(-1)?.time === this.now) this.#events.pop()?.act()
      // What was woken continues in promises, and plans its next events, before time moves on.
      await new Promise(setImmediate)
    }
  }
}

/** A generator of numbers from 0 to less than 1 that gives the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
