import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { Availability } from '#modules/inventory/contract.ts'
import type { LineProblem } from '../contract.ts'
import type { CartState } from './cart-state.ts'
import { lineProblems } from './line-problems.ts'
import { repriceLines } from './reprice-lines.ts'

/** The answers of catalog and inventory about some variants. */
export interface Offer {
  /** The variants that the modules were asked for. Nothing is known about others. */
  variantIds: ReadonlySet<string>
  /** undefined: the catalog did not answer. */
  variants: readonly SellableVariant[] | undefined
  /** Empty if inventory did not answer. */
  availability: readonly Availability[]
}

/** A cart with the data of an offer. */
export interface RepricedCart {
  /** With current names and prices. */
  cart: CartState
  /** Why an order would refuse a line now, by the line's id. */
  problems: ReadonlyMap<string, LineProblem>
}

/** Updates an open cart with the data of an offer. Lines of variants that the offer does not cover stay unchanged. */
export function applyOffer(cart: CartState, { variantIds, variants, availability }: Offer): RepricedCart {
  const { lines, unsold } = variants
    ? repriceLines(cart.lines, variants, cart.currency)
    : { lines: cart.lines, unsold: [] }
  // A variant that the offer does not cover may still be sold
  const knownUnsold = unsold.filter(({ variantId }) => variantIds.has(variantId))
  return { cart: { ...cart, lines }, problems: lineProblems(lines, knownUnsold, availability) }
}

/** The cart without the lines that have a problem. Totals and shipping options are those of this cart. */
export function orderableCart({ cart, problems }: RepricedCart): CartState {
  if (problems.size === 0) return cart
  return { ...cart, lines: cart.lines.filter(({ id }) => !problems.has(id)) }
}
