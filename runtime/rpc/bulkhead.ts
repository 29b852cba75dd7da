/** The call was not made because too many calls are running and waiting. */
export class BulkheadFull extends Error {
  constructor() {
    super('Cannot call: too many calls are running')
  }
}

/** Limits the calls to one module, so that they cannot use up the resources of this process (Nygard, "Release It!"). */
export class Bulkhead {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** `maxRunning` calls run in parallel; up to `maxWaiting` more wait in a queue. */
  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  /**
   * Makes a call as soon as fewer than `maxRunning` run. Throws BulkheadFull without calling when the queue is full.
   */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#maxRunning) this.#running++
    else if (this.#waiting.length >= this.#maxWaiting) throw new BulkheadFull()
    // A finished call resolves this promise and passes its slot on, so that `#running` stays the same.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await call()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
