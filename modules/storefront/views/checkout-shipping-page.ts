import type { Contact, ShippingOption } from '#modules/cart/contract.ts'
import { html } from '#runtime/html/html.ts'
import { localityLines } from '#shared/address-lines.ts'
import { countryName } from '#shared/countries.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-step-page.ts'
import { choiceList } from './choice-list.ts'
import { type FormState, formTitle, withErrorSummary } from './form-fields.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

export type CheckoutShippingPageProps = {
  cart: CheckoutCart
  contact: Contact
  options: readonly ShippingOption[]
  /** The field `shippingOptionId`. */
  form: FormState
}

export function checkoutShippingPage({
  cart,
  contact,
  options,
  form,
}: CheckoutShippingPageProps): PageContent {
  const title = 'Delivery method'
  const { shippingAddress } = contact
  const { line1, country } = shippingAddress
  const addressText = [line1, ...localityLines(shippingAddress), countryName(country)]
    .map(isolateBidi)
    .join(', ')
  return checkoutPage(
    { step: 'shipping', title, documentTitle: formTitle(title, form), cart },
    withErrorSummary(
      form,
      html`<p class="aside-note">Your address: ${addressText}. <a href="${links.checkoutContact}">Change address</a></p>
${
  options.length === 0
    ? html`<div class="empty-state"><h2>We do not deliver to this address</h2><p>None of our carriers delivers these items to this address. Please try another address.</p><a class="button" href="${links.checkoutContact}">Change address</a></div>`
    : html`<form class="form" action="${links.checkoutShipping}" method="post" novalidate>
${choiceList(
  form,
  'shippingOptionId',
  'Delivery options',
  options.map(({ id, title: label, delivery, price }) => ({
    value: id,
    label,
    hint: delivery,
    aside: price.amount === 0 ? 'Free' : formatMoney(price),
  })),
)}
${stepButtons(nextStep(cart, options), { href: links.checkoutContact, text: 'Back to address' })}
</form>`
}`,
    ),
  )
}

/** If the goods are free, the price of the delivery decides whether a payment step follows. */
function nextStep({ totals }: CheckoutCart, options: readonly ShippingOption[]): string {
  const goods = totals.total.amount - totals.shipping.amount
  const isFree = options.map(({ price }) => goods + price.amount === 0)
  if (!isFree.includes(true)) return 'Continue to payment'
  return isFree.includes(false) ? 'Continue' : 'Continue to review'
}
