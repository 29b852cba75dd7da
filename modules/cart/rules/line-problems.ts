import type { Availability } from '#modules/inventory/contract.ts'
import type { LineProblem } from '../contract.ts'
import type { LineState } from './cart-state.ts'
import { stockOf, stockRefusal } from './enough-stock.ts'

/** Why an order would refuse lines of a cart, by the line's id. Unknown stock is not a problem. */
export function lineProblems(
  lines: readonly LineState[],
  unsold: readonly LineState[],
  availability: readonly Availability[],
): Map<string, LineProblem> {
  const problems = new Map<string, LineProblem>()
  for (const { id, variantId, quantity } of lines) {
    const short = stockRefusal(quantity, stockOf(variantId, availability))
    if (short) problems.set(id, { code: 'OUT_OF_STOCK', available: Math.max(0, short.available) })
  }
  for (const { id } of unsold) problems.set(id, { code: 'VARIANT_NOT_FOUND' })
  return problems
}
