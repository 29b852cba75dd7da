import { hash } from 'node:crypto'
import type { Address } from '#shared/address.ts'
import type { Money } from '#shared/money.ts'
import type { Cart } from '../contract.ts'

type Seen = Pick<Cart, 'lines' | 'contact' | 'shippingOption' | 'coupons' | 'totals'>

/**
 * The version of a cart as a shopper sees it: what an order confirms. It follows from nothing else, so that it is the same
 * in every process, and changes when a price of the catalog does, though nobody has changed the cart.
 */
export function versionOf({ lines, contact, shippingOption, coupons, totals }: Seen): string {
  const seen = [
    lines.map((line) => [
      line.variantId,
      line.title,
      line.variantTitle,
      line.quantity,
      ...partsOf(line.unitPrice),
      ...(line.problem ? [line.problem.code] : []),
    ]),
    contact && [
      contact.email,
      addressParts(contact.shippingAddress),
      contact.billingAddress && addressParts(contact.billingAddress),
    ],
    shippingOption && [
      shippingOption.id,
      shippingOption.title,
      shippingOption.delivery,
      ...partsOf(shippingOption.price),
    ],
    coupons.map(({ code, title }) => [code, title]),
    [totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.includedTax, totals.total].map(
      partsOf,
    ),
  ]
  return hash('sha256', JSON.stringify(seen), 'base64url').slice(0, LENGTH)
}

/** 132 bits. */
const LENGTH = 22

function partsOf({ amount, currency }: Money): [number, string] {
  return [amount, currency]
}

/** The database gives members back in an order of its own. */
function addressParts(address: Address): [string, unknown][] {
  return Object.entries(address).sort(([a], [b]) => (a < b ? -1 : 1))
}
