import { isAvailable, type Stock } from './availability.ts'

/** The result of a count. `quantity: null` stops tracking; a missing `quantity` tracks with the present pieces on hand. */
export interface StockCount {
  variantId: string
  quantity?: number | null
  backorder: boolean
}

/** The change of stock by a count. `delta` is the difference of the pieces on hand; 0 if they stay. */
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

/** The stock of a variant before its first count: tracked, with no pieces, as `beginStock` writes it. */
export function neverCountedStock(variantId: string): Stock {
  return { variantId, tracked: true, backorder: false, onHand: 0, reserved: 0 }
}

export interface AvailabilityChange {
  variantId: string
  available: boolean
  tracked: boolean
}

/** The variants that became available or sold out, or whose stock started or stopped being tracked. */
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
