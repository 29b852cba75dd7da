import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { normaliseCode } from '../rules/normalise-code.ts'

export const removeCoupon: Handles<'removeCoupon'> = async ({ cartId, code }, context) =>
  changeCart(context, cartId, ({ cart }) => {
    const coupons = cart.coupons.filter((kept) => kept !== normaliseCode(code))
    return coupons.length === cart.coupons.length ? cart : { ...cart, coupons }
  })
