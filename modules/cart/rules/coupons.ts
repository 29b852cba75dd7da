import { basisPointsOf, money } from '#shared/money.ts'
import { type Coupon, couponTable } from './coupon-table.ts'

const ALL = 10_000 // basis points

/** The code as it is kept: shoppers type it in any case, and copy spaces with it. */
export function normalizeCode(code: string): string {
  return code.trim().toUpperCase()
}

/** The coupon of this code, if it is valid now. */
export function findCoupon(
  code: string,
  now: Date,
  table: readonly Coupon[] = couponTable,
): Coupon | undefined {
  const coupon = table.find((candidate) => candidate.code === normalizeCode(code))
  return coupon && isValid(coupon, now) ? coupon : undefined
}

/** The coupons of these codes that are valid now, in the codes' order. */
export function validCoupons(codes: readonly string[], now: Date, table?: readonly Coupon[]): Coupon[] {
  return codes.flatMap((code) => findCoupon(code, now, table) ?? [])
}

/**
 * What the coupons take off goods of this price, in minor units. Their shares are added before they are taken, so that
 * the order of the coupons makes no difference; more than the goods cost is never taken off.
 */
export function discountOf(subtotal: number, coupons: readonly Coupon[]): number {
  const share = coupons.reduce(
    (sum, { effect }) => sum + (effect.kind === 'percentOff' ? effect.basisPoints : 0),
    0,
  )
  // The currency makes no difference to a share
  return basisPointsOf(money(subtotal, 'XXX'), Math.min(share, ALL)).amount
}

/** Whether the coupons pay for the shipping. */
export function paysShipping(coupons: readonly Coupon[]): boolean {
  return coupons.some(({ effect }) => effect.kind === 'freeShipping')
}

function isValid({ validFrom, validUntil }: Coupon, now: Date): boolean {
  return (validFrom === null || validFrom <= now) && (validUntil === null || now < validUntil)
}
