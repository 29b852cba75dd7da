/** Calls are refused when more than half of those in the last seconds failed, if there were enough to tell. */
const WINDOW_SECONDS = 5
const LEAST_CALLS = 10
/** How long all calls are refused, from the last failure that a trial had. */
const REFUSE_MS = 1000
/** A trial that takes longer than this may be slow for a reason of its own, so that the next call is a trial too. */
const TRIAL_MS = 250

export interface BreakerOptions {
  onOpen?: () => void
  onClose?: () => void
}

/** The breaker is open: the call was not made. */
export class BreakerOpen extends Error {
  constructor() {
    super('Cannot call: too many calls failed lately')
  }
}

interface Opened {
  refusesUntil: number
  nextTrialAt: number
  /** Settles when a trial ends. */
  decided: PromiseWithResolvers<void>
}

/**
 * A circuit breaker (Nygard, "Release It!"). While it is open, calls are refused; after a moment some of them are made as
 * trials, and the first that succeeds closes it. Calls that come during a trial wait for its end. A trial that hangs
 * decides nothing for the others, unlike in breakers that let one trial through: a single request that never ends would
 * hold back all others, also when everything else works again.
 */
export class Breaker {
  readonly #options: BreakerOptions
  readonly #window = new Window()
  #opened: Opened | undefined

  constructor(options: BreakerOptions = {}) {
    this.#options = options
  }

  /** Makes a call. Throws BreakerOpen instead of making it while the breaker is open. */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let opened = this.#opened; opened; opened = this.#opened) {
      const now = Date.now()
      if (now < opened.refusesUntil) throw new BreakerOpen()
      const untilTrial = opened.nextTrialAt - now
      if (untilTrial <= 0) {
        opened.nextTrialAt = now + TRIAL_MS
        break
      }
      await Promise.race([opened.decided.promise, new Promise((resolve) => setTimeout(resolve, untilTrial))])
    }
    const opened = this.#opened
    let result: Result
    try {
      result = await call()
    } catch (error) {
      this.#failed(opened)
      throw error
    }
    this.#succeeded(opened)
    return result
  }

  /** `opened`: as it was when the call began. */
  #succeeded(opened: Opened | undefined): void {
    if (!this.#opened) this.#window.count(true)
    // What began before it opened says nothing of now.
    if (!opened || this.#opened !== opened) return
    this.#opened = undefined
    this.#window.clear()
    opened.decided.resolve()
    this.#options.onClose?.()
  }

  #failed(opened: Opened | undefined): void {
    const refusesUntil = Date.now() + REFUSE_MS
    if (this.#opened) {
      if (this.#opened !== opened) return
      opened.decided.resolve()
      Object.assign(opened, { refusesUntil, nextTrialAt: 0, decided: Promise.withResolvers() })
      return
    }
    this.#window.count(false)
    if (!this.#window.failsMostly) return
    this.#opened = { refusesUntil, nextTrialAt: 0, decided: Promise.withResolvers() }
    this.#options.onOpen?.()
  }
}

/** How calls ended in the last seconds. */
class Window {
  #seconds: { second: number; calls: number; failures: number }[] = []

  count(isSuccess: boolean): void {
    const second = Math.floor(Date.now() / 1000)
    let last = this.#seconds.at(-1)
    if (last?.second !== second) {
      last = { second, calls: 0, failures: 0 }
      this.#seconds = this.#seconds.filter((each) => each.second > second - WINDOW_SECONDS)
      this.#seconds.push(last)
    }
    last.calls++
    if (!isSuccess) last.failures++
  }

  clear(): void {
    this.#seconds = []
  }

  get failsMostly(): boolean {
    const calls = this.#seconds.reduce((sum, each) => sum + each.calls, 0)
    const failures = this.#seconds.reduce((sum, each) => sum + each.failures, 0)
    return calls >= LEAST_CALLS && failures > calls / 2
  }
}
