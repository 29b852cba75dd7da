import { money, shareOf } from '#shared/money.ts'
import { type Coupon, couponTable } from './coupon-table.ts'

const WHOLE = 10_000 // basis points

/** The code as it is stored: shoppers type it in any case, and copy spaces with it. */
export function normaliseCode(code: string): string {
  return code.trim().toUpperCase()
}

/** The coupon with this code if it is valid now. */
export function findCoupon(
  code: string,
  now: Date,
  table: readonly Coupon[] = couponTable,
): Coupon | undefined {
  const coupon = table.find((candidate) => candidate.code === normaliseCode(code))
  return coupon && isValid(coupon, now) ? coupon : undefined
}

/** The coupons with these codes that are valid now, in the order of the codes. */
export function validCoupons(codes: readonly string[], now: Date, table?: readonly Coupon[]): Coupon[] {
  return codes.flatMap((code) => findCoupon(code, now, table) ?? [])
}

/**
 * The discount on goods of this price, in minor units. The percentages are added up before they are applied, so that the
 * order of the coupons makes no difference. The discount is at most the price of the goods.
 */
export function discountOf(subtotal: number, coupons: readonly Coupon[]): number {
  const basisPoints = coupons.reduce(
    (sum, { effect }) => sum + (effect.kind === 'percentOff' ? effect.basisPoints : 0),
    0,
  )
  // The amount does not depend on the currency: XXX is the ISO 4217 code for no currency
  return shareOf(money(subtotal, 'XXX'), Math.min(basisPoints, WHOLE)).amount
}

/** Whether one of the coupons pays for shipping. */
export function paysShipping(coupons: readonly Coupon[]): boolean {
  return coupons.some(({ effect }) => effect.kind === 'freeShipping')
}

function isValid({ validFrom, validUntil }: Coupon, now: Date): boolean {
  return (validFrom === null || validFrom <= now) && (validUntil === null || now < validUntil)
}
