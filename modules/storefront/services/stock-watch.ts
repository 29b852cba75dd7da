import { isUnanswered } from '#runtime/contract/or-else.ts'

const KEPT_MS = 1000

/**
 * Whether inventory answers. What the catalog says of stock is what inventory told it last, which pages may promise to
 * nobody while inventory is away. One question a second serves all pages.
 */
export class StockWatch {
  #askedAt = Number.NEGATIVE_INFINITY
  #isKnown: Promise<boolean> = Promise.resolve(true)

  /** `ask` is any question to inventory. */
  isKnown(ask: () => Promise<unknown>): Promise<boolean> {
    if (Date.now() - this.#askedAt < KEPT_MS) return this.#isKnown
    this.#askedAt = Date.now()
    this.#isKnown = ask().then(
      () => true,
      (error: unknown) => !isUnanswered(error),
    )
    return this.#isKnown
  }
}
