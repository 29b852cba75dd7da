import { orElse } from '#runtime/contract/or-else.ts'
import { addressFailure, normaliseAddress } from '#shared/address-rules.ts'
import { isCountry } from '#shared/countries.ts'
import { asciiEmail } from '#shared/email.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { addressesOf } from '../rules/addresses-of.ts'

export const setContact: Handles<'setContact'> = async ({ cartId, ...typed }, context) => {
  const { country } = typed.shippingAddress
  const requireServed = (isServed: boolean, place: string) => {
    if (!isServed) throw context.fail('COUNTRY_NOT_SERVED', `Cannot ship to ${place}: choose another address`)
  }
  // Checked before the address, whose rules depend on the country
  if (isCountry(country)) {
    const served = await orElse(context.calls.pricing.listCountries({}), undefined)
    requireServed(served?.items.some(({ code }) => code === country) ?? true, `"${country}"`)
  }
  return changeCart(
    context,
    cartId,
    ({ cart }) => {
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
    },
    {
      check: ({ quote }) => requireServed(quote.shippingProblem !== 'addressNotServed', 'this address'),
    },
  )
}
