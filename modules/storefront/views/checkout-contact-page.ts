import type { SavedAddress } from '#modules/accounts/contract.ts'
import { attributes, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { addressFields, type Country } from './address-fields.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-step-page.ts'
import { type FormState, formTitle, textField, withErrorSummary } from './form-fields.ts'
import { links, loginFor } from './links.ts'
import type { PageContent } from './page-content.ts'

export type CheckoutContactPageProps = {
  cart: CheckoutCart
  /**
   * Values and errors of `email`, `shippingAddress.<member>`, `billingAddress.<member>`. `differentBilling` is `yes` if
   * there is a separate billing address.
   */
  form: FormState
  countries: readonly Country[]
  /** The customer's addresses. A link (`?address=<id>`) fills the form with one of them. */
  savedAddresses: readonly SavedAddress[]
  loggedIn: boolean
  /** Whether any of the goods are shipped to the address. */
  isShipped: boolean
}

export function checkoutContactPage(props: CheckoutContactPageProps): PageContent {
  const { cart, form, countries, savedAddresses, loggedIn, isShipped } = props
  const title = handoverTexts({ handover: isShipped ? 'shipping' : 'email' }).addressHeading
  return checkoutPage(
    { step: 'contact', title, documentTitle: formTitle(title, form), cart },
    withErrorSummary(
      form,
      html`${!loggedIn && html`<p class="aside-note">Have an account? <a href="${loginFor(links.checkout)}">Log in</a> to use a saved address, or continue as a guest.</p>`}
${
  savedAddresses.length > 0 &&
  html`<nav class="saved-addresses" aria-labelledby="saved-addresses-title"><h2 class="small-title" id="saved-addresses-title">Use a saved address</h2><ul class="chip-list">${savedAddresses.map(
    ({ id, name, line1 }) =>
      html`<li><a class="chip" href="${links.checkoutContact}?address=${encodeURIComponent(id)}">${name}, ${line1}</a></li>`,
  )}</ul></nav>`
}
<form class="form" action="${links.checkoutContact}" method="post" novalidate>
<fieldset class="form-part"><legend>Contact</legend>
${textField(form, 'email', { label: 'Email', type: 'email', inputmode: 'email', autocomplete: 'email', hint: 'For your confirmation and updates about this order', maxlength: 254 })}</fieldset>
<fieldset class="form-part"><legend>${title}</legend>${addressFields(form, { prefix: 'shippingAddress', group: 'shipping', countries })}</fieldset>
<div class="billing"><label class="check" for="different-billing"><input id="different-billing" type="checkbox" name="differentBilling" value="yes"${attributes({ checked: form.values.differentBilling === 'yes' })}><span>Use a different billing address</span></label>
<fieldset class="form-part billing-address"><legend>Billing address</legend>${addressFields(form, { prefix: 'billingAddress', group: 'billing', countries })}</fieldset></div>
${stepButtons('Continue to delivery', { href: links.cart, text: 'Back to cart' })}
</form>`,
    ),
  )
}
