import { isAvailable, type Stock } from './availability.ts'

/** What a count found. `quantity: null` stops the counting; a missing `quantity` keeps the pieces on hand. */
export interface StockCount {
  variantId: string
  quantity?: number | null
  backorder: boolean
}

/** A change of stock by a count. `delta` is the movement that leads to the new number on hand. */
export interface CountedStock {
  before: Stock
  after: Stock
  delta: number
}

/**
 * Applies a count to stock. Returns undefined when nothing changes. Reservations stay even when fewer pieces were
 * found, because they are promised to shoppers.
 */
export function countStock(before: Stock, count: StockCount): CountedStock | undefined {
  const tracked = count.quantity !== null
  const onHand = count.quantity ?? before.onHand
  const isUnchanged =
    before.tracked === tracked && before.backorder === count.backorder && before.onHand === onHand
  if (isUnchanged) return undefined
  return {
    before,
    after: { ...before, tracked, backorder: count.backorder, onHand },
    delta: onHand - before.onHand,
  }
}

/** The stock of a variant before its first count: it counts as tracked, with no pieces. */
export function neverCountedStock(variantId: string): Stock {
  return { variantId, tracked: true, backorder: false, onHand: 0, reserved: 0 }
}

export interface AvailabilityChange {
  variantId: string
  available: boolean
  tracked: boolean
}

/** The variants that became available or sold out, or whose counting started or stopped. */
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
