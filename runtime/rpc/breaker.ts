/** The breaker opens when more than half of the calls in this window failed, if there were at least `MIN_CALLS`. */
const WINDOW_SECONDS = 5
const MIN_CALLS = 10
/** How long an open breaker refuses all calls, from its opening or from the last failed trial. */
const REFUSE_MS = 1000
/**
 * When a trial has not ended after this time, the next call becomes a trial too: the first may be slow for another
 * reason.
 */
const TRIAL_MS = 250

export interface BreakerOptions {
  onOpen?: () => void
  onClose?: () => void
}

/** The call was not made because the breaker is open. */
export class BreakerOpen extends Error {
  constructor() {
    super('Cannot call: too many recent calls failed')
  }
}

interface Opened {
  refusesUntil: number
  /** When the next call becomes a trial. 0: as soon as the breaker no longer refuses calls. */
  nextTrialAt: number
  /** Resolves when a trial ends. */
  trialEnded: PromiseWithResolvers<void>
}

/**
 * A circuit breaker (Nygard, "Release It!"). While it is open, it refuses calls. After `REFUSE_MS` it makes single
 * calls as trials, and the first success closes it. Other calls wait for the end of the trial, but at most `TRIAL_MS`:
 * with only one trial at a time, a single request that never ends would block all others, even after the module has
 * recovered.
 */
export class Breaker {
  readonly #options: BreakerOptions
  readonly #window = new Window()
  #opened: Opened | undefined

  constructor(options: BreakerOptions = {}) {
    this.#options = options
  }

  /** Makes a call. Throws BreakerOpen without calling while the breaker is open. */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    while (this.#opened) {
      const opened = this.#opened
      const now = Date.now()
      if (now < opened.refusesUntil) throw new BreakerOpen()
      const untilTrial = opened.nextTrialAt - now
      if (untilTrial <= 0) {
        opened.nextTrialAt = now + TRIAL_MS
        break
      }
      await Promise.race([
        opened.trialEnded.promise,
        new Promise((resolve) => setTimeout(resolve, untilTrial)),
      ])
    }
    const openedBefore = this.#opened
    let result: Result
    try {
      result = await call()
    } catch (error) {
      this.#onFailure(openedBefore)
      throw error
    }
    this.#onSuccess(openedBefore)
    return result
  }

  /** `openedBefore` is the state at the start of the call: undefined unless the call was a trial. */
  #onSuccess(openedBefore: Opened | undefined): void {
    if (!this.#opened) this.#window.count(true)
    // A call that started before the breaker opened says nothing about the present.
    if (!openedBefore || this.#opened !== openedBefore) return
    this.#opened = undefined
    this.#window.clear()
    openedBefore.trialEnded.resolve()
    this.#options.onClose?.()
  }

  #onFailure(openedBefore: Opened | undefined): void {
    const refusesUntil = Date.now() + REFUSE_MS
    if (this.#opened) {
      if (this.#opened !== openedBefore) return
      openedBefore.trialEnded.resolve()
      Object.assign(openedBefore, { refusesUntil, nextTrialAt: 0, trialEnded: Promise.withResolvers() })
      return
    }
    this.#window.count(false)
    if (!this.#window.failsMostly) return
    this.#opened = { refusesUntil, nextTrialAt: 0, trialEnded: Promise.withResolvers() }
    this.#options.onOpen?.()
  }
}

/** The results of calls in the last `WINDOW_SECONDS`. */
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
    return calls >= MIN_CALLS && failures > calls / 2
  }
}
