import { isAvailable, type Stock } from './availability.ts'

/** What somebody found in the store room; a quantity of null stops the counting, none leaves the pieces as they are. */
export interface StockCount {
  variantId: string
  quantity?: number | null
  backorder: boolean
}

/** What a count changes. `delta` is the movement that explains the new number on hand. */
export interface CountedStock {
  before: Stock
  after: Stock
  delta: number
}

/**
 * Brings stock in line with a count; undefined when it is already. What is reserved stays reserved, even where fewer
 * pieces were found: those sales were promised, and the number on hand shows the lack.
 */
export function countStock(before: Stock, count: StockCount): CountedStock | undefined {
  const tracked = count.quantity !== null
  const onHand = count.quantity ?? before.onHand
  const same = before.tracked === tracked && before.backorder === count.backorder && before.onHand === onHand
  if (same) return undefined
  return {
    before,
    after: { ...before, tracked, backorder: count.backorder, onHand },
    delta: onHand - before.onHand,
  }
}

/** A variant before its first count. */
export function uncounted(variantId: string): Stock {
  return { variantId, tracked: true, backorder: false, onHand: 0, reserved: 0 }
}

export interface AvailabilityChange {
  variantId: string
  available: boolean
  tracked: boolean
}

/** The variants that became available or sold out, or whose stock is counted from now on, or no longer. */
export function availabilityChanges(counted: readonly CountedStock[]): AvailabilityChange[] {
  return counted
    .filter(
      ({ before, after }) => isAvailable(before) !== isAvailable(after) || before.tracked !== after.tracked,
    )
    .map(({ after }) => ({
      variantId: after.variantId,
      available: isAvailable(after),
      tracked: after.tracked,
    }))
}
