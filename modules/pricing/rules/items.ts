import type { Goods, QuoteLine } from '../schemas.ts'

/**
 * All lines of a cart with the same variant. Rules compute with items, so that two lines with one piece each cost the
 * same as one line with two pieces.
 */
export interface Item extends Omit<QuoteLine, 'id'> {
  /** Price of all pieces before discounts, in minor units. */
  amount: number
  lines: readonly QuoteLine[]
}

/** The items of a cart. Their order does not depend on the order of the lines. */
export function itemsOf(lines: readonly QuoteLine[]): Item[] {
  const groups = Map.groupBy(lines, ({ variantId, unitPrice }) => `${variantId} ${unitPrice}`)
  return [...groups.values()]
    .map((group) => {
      const { id: _, ...first } = group[0]!
      const quantity = group.reduce((pieces, line) => pieces + line.quantity, 0)
      const sorted = group.toSorted((a, b) => b.quantity - a.quantity || compare(a.id, b.id))
      return { ...first, quantity, amount: quantity * first.unitPrice, lines: sorted }
    })
    .sort((a, b) => compare(a.variantId, b.variantId) || a.unitPrice - b.unitPrice)
}

/** Whether the goods contain the item. All goods: undefined. */
export function isOneOf(item: Pick<Item, 'productId' | 'categories'>, goods: Goods | undefined): boolean {
  if (!goods) return true
  return (
    goods.productIds.includes(item.productId) ||
    item.categories.some((category) => goods.categories.includes(category))
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
