import { quote } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import { limitCouponTries } from '../limit-coupon-tries.ts'
import type { Handles } from '../needs.ts'
import { couponLimits } from '../rules/coupon-limits.ts'
import { findCoupon, validCoupons } from '../rules/coupons.ts'
import { MAX_COUPONS } from '../rules/limits.ts'
import { readCart } from '../store.ts'
import { requireOpen } from '../usable-cart.ts'

export const addCoupon: Handles<'addCoupon'> = async ({ cartId, code }, context) => {
  const now = context.now()
  const before = requireOpen(context, cartId, await readCart(context.sql, cartId))
  const coupon = findCoupon(code, now)
  const isRepeat = coupon !== undefined && before.coupons.includes(coupon.code)
  if (!isRepeat)
    await limitCouponTries(context, couponLimits(before, context.clientNetwork), coupon === undefined)
  if (!coupon)
    throw context.fail(
      'COUPON_UNKNOWN',
      `Cannot apply the coupon ${quote(code)}: it does not exist or is not valid now`,
    )
  return changeCart(
    context,
    cartId,
    ({ cart }) => {
      if (cart.coupons.includes(coupon.code)) return cart
      const valid = validCoupons(cart.coupons, now).map((each) => each.code)
      if (valid.length >= MAX_COUPONS) {
        throw context.fail(
          'COUPON_LIMIT',
          `Cannot apply the coupon ${quote(code)}: the cart has ${MAX_COUPONS} already`,
        )
      }
      return { ...cart, coupons: [...valid, coupon.code] }
    },
    { cart: before },
  )
}
