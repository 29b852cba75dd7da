import { quote as quoted } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import { limitCouponTries } from '../limit-coupon-tries.ts'
import type { Handles } from '../needs.ts'
import { couponLimits } from '../rules/coupon-limits.ts'
import { MAX_COUPONS } from '../rules/limits.ts'
import { normaliseCode } from '../rules/normalise-code.ts'
import { couponsOf } from '../rules/present-cart.ts'

export const addCoupon: Handles<'addCoupon'> = async ({ cartId, code: typed }, context) => {
  const code = normaliseCode(typed)
  return changeCart(
    context,
    cartId,
    ({ cart }) => (cart.coupons.includes(code) ? cart : { ...cart, coupons: [...cart.coupons, code] }),
    {
      async check({ quote, isComplete }, cart) {
        if (!isComplete)
          throw context.fail(
            'PRICING_UNAVAILABLE',
            `Cannot check the coupon ${quoted(typed)} now: try again in a moment`,
          )
        const valid = couponsOf(quote)
        const isUnknown = !valid.some((coupon) => coupon.code === code)
        await limitCouponTries(context, couponLimits(cart, context.clientNetwork), isUnknown)
        if (isUnknown)
          throw context.fail(
            'COUPON_UNKNOWN',
            `Cannot apply the coupon ${quoted(typed)}: it does not exist or is not valid now`,
          )
        if (valid.length > MAX_COUPONS)
          throw context.fail(
            'COUPON_LIMIT',
            `Cannot apply the coupon ${quoted(typed)}: the cart has ${MAX_COUPONS} already`,
          )
      },
    },
  )
}
