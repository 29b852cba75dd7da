const EVERY_MS = 100

/** Watches how late the event loop is: what has come but could not be looked at yet shows nowhere else. */
export class LoopDelay {
  #lastMs = 0
  #peakMs = 0
  #due = performance.now() + EVERY_MS
  readonly #timer = setInterval(() => this.#look(), EVERY_MS).unref()

  /** At the last look. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** The most since this was asked before. */
  takePeakMs(): number {
    const peak = this.#peakMs
    this.#peakMs = 0
    return peak
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    this.#lastMs = Math.max(0, now - this.#due)
    this.#peakMs = Math.max(this.#peakMs, this.#lastMs)
    this.#due = now + EVERY_MS
  }
}
