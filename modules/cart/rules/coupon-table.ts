/** What a coupon does. Several coupons of a cart add up. */
export type CouponEffect =
  /** Takes a share of the goods' price off, in basis points: 1000 = 10 %. */
  | { kind: 'percentOff'; basisPoints: number }
  /** Makes the shipping options free that the shipping table lets a coupon make free. */
  | { kind: 'freeShipping' }

export interface Coupon {
  /** In capitals; shoppers may write it as they like. */
  code: string
  title: string
  effect: CouponEffect
  /** It is valid from this instant on; null: always was. */
  validFrom: Date | null
  /** It is valid until before this instant; null: for good. */
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
