import type { Cart } from '#modules/cart/contract.ts'
import type { Address } from '#shared/address.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney, type Money } from '#shared/money.ts'
import { readableEmail } from './readable-email.ts'

/** What the review page showed, as texts to compare. A hidden field of the page's form has it as JSON. */
export interface SeenCart {
  lines: { variantId: string; name: string; quantity: number; unitPrice: string }[]
  email: string
  shipTo: string
  billTo: string
  shipping: string
  coupons: string[]
  total: string
}

/** The texts that the review page shows for a cart; empty where the cart has no value. */
export function seenOf(cart: Cart): SeenCart {
  const { lines, contact, shippingOption, coupons, totals } = cart
  return {
    lines: lines.map((line) => ({
      variantId: line.variantId,
      name: line.variantTitle === line.title ? line.title : `${line.title}, ${line.variantTitle}`,
      quantity: line.quantity,
      unitPrice: formatMoney(line.unitPrice),
    })),
    email: contact?.email ?? '',
    shipTo: textOf(contact?.shippingAddress),
    billTo: textOf(contact?.billingAddress),
    shipping: shippingOption ? `${shippingOption.title}, ${priceText(shippingOption.price)}` : '',
    coupons: coupons.map(({ code }) => code),
    total: formatMoney(totals.total),
  }
}

/** Parses a SeenCart from JSON; undefined for anything else. */
export function readSeen(text: string | undefined): SeenCart | undefined {
  try {
    const seen = JSON.parse(text ?? '') as SeenCart
    const isLine = ({ variantId, name, quantity, unitPrice }: SeenCart['lines'][number]) =>
      [variantId, name, unitPrice].every(isText) && typeof quantity === 'number'
    const texts = [seen.email, seen.shipTo, seen.billTo, seen.shipping, seen.total, ...seen.coupons]
    return seen.lines.every(isLine) && texts.every(isText) ? seen : undefined
  } catch {
    return undefined
  }
}

/** Sentences that describe how the cart differs from what the shopper saw. */
export function changesSince(seen: SeenCart, cart: Cart): string[] {
  const now = seenOf(cart)
  const before = new Map(seen.lines.map((line) => [line.variantId, line]))
  const present = new Set(now.lines.map(({ variantId }) => variantId))
  return [
    ...now.lines.flatMap((line) => lineChanges(before.get(line.variantId), line)),
    ...seen.lines
      .filter(({ variantId }) => !present.has(variantId))
      .map(({ name }) => `${isolateBidi(name)} is no longer in your cart.`),
    ...(seen.email === now.email ? [] : [`The email address is now ${readableEmail(now.email)}.`]),
    ...(seen.shipTo === now.shipTo ? [] : ['The delivery address has changed.']),
    ...(seen.billTo === now.billTo ? [] : ['The billing address has changed.']),
    ...(seen.shipping === now.shipping
      ? []
      : [`Delivery is now ${isolateBidi(now.shipping)}. It was ${isolateBidi(seen.shipping)}.`]),
    ...now.coupons
      .filter((code) => !seen.coupons.includes(code))
      .map((code) => `The coupon ${isolateBidi(code)} was applied.`),
    ...seen.coupons
      .filter((code) => !now.coupons.includes(code))
      .map((code) => `The coupon ${isolateBidi(code)} no longer applies.`),
    ...totalChange(seen, now),
  ]
}

function lineChanges(
  before: SeenCart['lines'][number] | undefined,
  now: SeenCart['lines'][number],
): string[] {
  const { quantity, unitPrice } = now
  const name = isolateBidi(now.name)
  if (!before) return [`${name} was added to your cart.`]
  return [
    ...(before.name === now.name ? [] : [`${isolateBidi(before.name)} is now called ${name}.`]),
    ...(before.unitPrice === unitPrice
      ? []
      : [`${name} now costs ${unitPrice}. It was ${before.unitPrice}.`]),
    ...(before.quantity === quantity
      ? []
      : [`The quantity of ${name} is now ${quantity}. It was ${before.quantity}.`]),
  ]
}

/** Gives a price as the reason only if the unit price of a line has changed. */
function totalChange(seen: SeenCart, now: SeenCart): string[] {
  if (seen.total === now.total) return []
  const before = new Map(seen.lines.map((line) => [line.variantId, line]))
  const hasNewPrice = now.lines.some(
    ({ variantId, unitPrice }) => (before.get(variantId)?.unitPrice ?? unitPrice) !== unitPrice,
  )
  return [
    `The total is now ${now.total}${hasNewPrice ? ' because a price has changed' : ''}. It was ${seen.total}.`,
  ]
}

function priceText(price: Money): string {
  return price.amount === 0 ? 'free' : formatMoney(price)
}

/** The address as text, in alphabetical order of its members: the database does not keep their order. */
function textOf(address: Address | undefined): string {
  return Object.entries(address ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
    .join(', ')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT_LENGTH
}

/** Longer than a usual address, and short enough that a forged form cannot make a huge page. */
const MAX_TEXT_LENGTH = 2000
