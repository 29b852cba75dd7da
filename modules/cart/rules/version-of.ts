import { hash } from 'node:crypto'
import type { Address } from '#shared/address.ts'
import type { Money } from '#shared/money.ts'
import type { Cart } from '../contract.ts'

type Seen = Pick<Cart, 'lines' | 'contact' | 'shippingOption' | 'coupons' | 'totals'>

/**
 * The `version` of the API: a hash of what the shopper saw and an order would store, which placing an order requires. It
 * depends on nothing else, so that all processes compute the same hash. It changes with the catalog's prices even if the
 * stored cart does not change.
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

/** Characters of base64url: 132 bits. */
const LENGTH = 22

function partsOf({ amount, currency }: Money): [number, string] {
  return [amount, currency]
}

/** Sorted, because the database does not keep the order of members. */
function addressParts(address: Address): [string, unknown][] {
  return Object.entries(address).sort(([a], [b]) => (a < b ? -1 : 1))
}
