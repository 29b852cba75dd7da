import type { Availability } from '#modules/inventory/contract.ts'

/** How many pieces are missing from a wish, as a refusal; undefined when there are enough. */
export interface StockRefusal {
  refused: 'OUT_OF_STOCK'
  variantId: string
  requested: number
  available: number
}

/** Compares a wish with what inventory can promise. It is a courtesy to the shopper: only a reservation is a promise. */
export function refuseWithoutStock(requested: number, stock: Availability): StockRefusal | undefined {
  const { variantId, available, backorder } = stock
  if (available === null || backorder || requested <= available) return undefined
  return { refused: 'OUT_OF_STOCK', variantId, requested, available }
}

/**
 * What inventory said of a variant. Where it does not answer, any wish may be put into a cart: a cart promises nothing,
 * and an order reserves.
 */
export function stockOf(variantId: string, told: readonly Availability[]): Availability {
  return told.find((item) => item.variantId === variantId) ?? { variantId, available: null, backorder: false }
}
