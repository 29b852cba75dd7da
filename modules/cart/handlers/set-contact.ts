import { addressFailure, normaliseAddress } from '#shared/address-rules.ts'
import { isCountry } from '#shared/countries.ts'
import { asciiEmail } from '#shared/email.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { addressesOf } from '../rules/addresses-of.ts'
import { isServed } from '../rules/shipping.ts'

export const setContact: Handles<'setContact'> = async ({ cartId, ...typed }, context) =>
  changeCart(context, cartId, ({ cart }) => {
    const { country } = typed.shippingAddress
    if (isCountry(country) && !isServed(country)) {
      throw context.fail(
        'COUNTRY_NOT_SERVED',
        `Cannot ship to "${country}": choose an address in another country`,
      )
    }
    const failure = addressFailure(addressesOf(typed))
    if (failure) throw context.fail('ADDRESS_INVALID', failure.message, failure.data)
    const email = asciiEmail(typed.email)
    if (!email)
      throw context.fail('EMAIL_INVALID', `Cannot send email to "${typed.email}": its domain is not valid`)
    const { shippingAddress, billingAddress } = typed
    const contact = {
      email,
      shippingAddress: normaliseAddress(shippingAddress),
      ...(billingAddress ? { billingAddress: normaliseAddress(billingAddress) } : {}),
    }
    return { ...cart, contact }
  })
