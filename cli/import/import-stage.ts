/**
 * A stage of the import pipeline: it runs one task at a time, in parallel with the other stages. When a task fails, the
 * next `begin` or `end` and every later one throws its error.
 */
export class ImportStage {
  #last: Promise<unknown> = Promise.resolve()

  /** Waits until the previous task has ended, then starts `work` without waiting for its end. */
  async begin(work: () => Promise<unknown>): Promise<void> {
    await this.#last
    this.#last = work()
    // Not unhandled: the next call reports the error
    this.#last.catch(() => {})
  }

  /** Waits until the last task has ended. */
  async end(): Promise<void> {
    await this.#last
  }
}
