const INTERVAL_MS = 100

/** Measures how late the event loop is. Requests that arrived but were not yet read show in no other figure. */
export class LoopDelay {
  #lastMs = 0
  #peakMs = 0
  #due = performance.now() + INTERVAL_MS
  readonly #timer = setInterval(() => this.#measure(), INTERVAL_MS).unref()

  /** The delay at the last measurement. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** The highest delay since the last call of this method. */
  takePeakMs(): number {
    const peak = this.#peakMs
    this.#peakMs = 0
    return peak
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #measure(): void {
    const now = performance.now()
    this.#lastMs = Math.max(0, now - this.#due)
    this.#peakMs = Math.max(this.#peakMs, this.#lastMs)
    this.#due = now + INTERVAL_MS
  }
}
