/** Too many calls run and wait already: this one was not made. */
export class BulkheadFull extends Error {
  constructor() {
    super('Cannot call: too many calls are running')
  }
}

/** Keeps the calls to one module from taking all that this process has (Nygard, "Release It!"). */
export class Bulkhead {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** `maxRunning` calls run at once; `maxWaiting` more wait for one of them to end, in order. */
  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  /** Makes a call, as soon as there is room for it. Throws BulkheadFull instead of making it when too many wait. */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#maxRunning) this.#running++
    else if (this.#waiting.length >= this.#maxWaiting) throw new BulkheadFull()
    // The one that ends hands over its room.
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
