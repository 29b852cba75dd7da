import type { Availability } from '#modules/inventory/contract.ts'

/** More pieces were requested than are available. */
export interface StockRefusal {
  refused: 'OUT_OF_STOCK'
  variantId: string
  requested: number
  available: number
}

/**
 * The refusal of a quantity above the available stock; undefined when there is enough. The check only warns the shopper
 * early: the reservation of an order decides.
 */
export function stockRefusal(requested: number, stock: Availability): StockRefusal | undefined {
  const { variantId, available, backorder } = stock
  if (available === null || backorder || requested <= available) return undefined
  return { refused: 'OUT_OF_STOCK', variantId, requested, available }
}

/**
 * The stock of a variant in inventory's answer. Without an answer the stock counts as unlimited, so that carts work
 * while inventory does not: the reservation of an order decides.
 */
export function stockOf(variantId: string, items: readonly Availability[]): Availability {
  return (
    items.find((item) => item.variantId === variantId) ?? { variantId, available: null, backorder: false }
  )
}
