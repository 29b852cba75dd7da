/**
 * A step of the import that does one thing after the other, beside the steps before it. A failure is thrown by the
 * next `begin` or `end`, and each one after it.
 */
export class ImportStage {
  #last: Promise<unknown> = Promise.resolve()

  /** Begins `work` as soon as what was begun before has ended, and does not wait for its end. */
  async begin(work: () => Promise<unknown>): Promise<void> {
    await this.#last
    this.#last = work()
    this.#last.catch(() => {})
  }

  /** Waits for the end of what was begun last. */
  async end(): Promise<void> {
    await this.#last
  }
}
