import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { findCoupon, validCoupons } from '../rules/coupons.ts'
import { MAX_COUPONS } from '../rules/limits.ts'

export const addCoupon: Handles<'addCoupon'> = async ({ cartId, code }, context) =>
  changeCart(context, cartId, (cart) => {
    const now = context.now()
    const coupon = findCoupon(code, now)
    if (!coupon)
      throw context.fail('COUPON_UNKNOWN', `Cannot apply the coupon "${code}": it does not exist or is over`)
    if (cart.coupons.includes(coupon.code)) return cart
    const valid = validCoupons(cart.coupons, now).map((each) => each.code)
    if (valid.length >= MAX_COUPONS) {
      throw context.fail(
        'COUPON_LIMIT',
        `Cannot apply the coupon "${code}": the cart has ${MAX_COUPONS} already`,
      )
    }
    return { ...cart, coupons: [...valid, coupon.code] }
  })
