import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { isServed } from '../rules/shipping.ts'

export const setContact: Handles<'setContact'> = async ({ cartId, ...contact }, context) =>
  changeCart(context, cartId, (cart) => {
    const { country } = contact.shippingAddress
    if (!isServed(country)) {
      throw context.fail(
        'COUNTRY_NOT_SERVED',
        `Cannot ship to "${country}": choose an address in another country`,
      )
    }
    return { ...cart, contact }
  })
