import { isUnanswered } from '#runtime/contract/or-else.ts'

const VALID_MS = 1000

/**
 * Checks whether inventory answers. The catalog's stock is a copy of inventory's last report, which pages must not show
 * as current while inventory does not answer. All pages share one query a second.
 */
export class StockWatch {
  #checkedAt = Number.NEGATIVE_INFINITY
  #isKnown: Promise<boolean> = Promise.resolve(true)

  /** Whether inventory answers. `query` is any query to inventory; a failure that inventory returns is an answer, too. */
  isKnown(query: () => Promise<unknown>): Promise<boolean> {
    if (Date.now() - this.#checkedAt < VALID_MS) return this.#isKnown
    this.#checkedAt = Date.now()
    this.#isKnown = query().then(
      () => true,
      (error: unknown) => !isUnanswered(error),
    )
    return this.#isKnown
  }
}
