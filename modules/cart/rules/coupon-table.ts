/** What a coupon does. Several coupons of a cart add up. */
export type CouponEffect =
  /** Reduces the price of the goods by a share in basis points: 1000 = 10 %. */
  | { kind: 'percentOff'; basisPoints: number }
  /** Makes shipping free, for the methods with `coveredByCoupon` in the shipping table. */
  | { kind: 'freeShipping' }

export interface Coupon {
  /** In capitals. Shoppers may type it in any case. */
  code: string
  title: string
  effect: CouponEffect
  /** Start of validity, inclusive; null: no start. */
  validFrom: Date | null
  /** End of validity, exclusive; null: no end. */
  validUntil: Date | null
}

export const couponTable: readonly Coupon[] = [
  {
    code: 'WELCOME10',
    title: '10 % off',
    effect: { kind: 'percentOff', basisPoints: 1000 },
    validFrom: null,
    validUntil: null,
  },
  {
    code: 'FREESHIP',
    title: 'Free standard delivery',
    effect: { kind: 'freeShipping' },
    validFrom: null,
    validUntil: null,
  },
]
