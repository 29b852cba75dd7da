import type { Contact, ShippingOption } from '#modules/cart/contract.ts'
import { html } from '#runtime/http/html.ts'
import { formatMoney } from '#shared/money.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-frame.ts'
import { choiceList } from './choice-list.ts'
import { errorSummary, type FormState, formTitle } from './form-fields.ts'
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
  const title = 'How should it travel?'
  const { line1, postalCode, city } = contact.shippingAddress
  return checkoutPage(
    { step: 'shipping', title, documentTitle: formTitle(title, form), cart },
    html`${errorSummary(form)}
<p class="aside-note">To ${line1}, ${postalCode} ${city}. <a href="${links.checkoutContact}">Change the address</a></p>
${
  options.length === 0
    ? html`<div class="empty-state"><h2>Nothing travels there</h2><p>None of our carriers goes to this address with these things. Another address may work.</p><a class="button" href="${links.checkoutContact}">Change the address</a></div>`
    : html`<form class="form" action="${links.checkoutShipping}" method="post" novalidate>
${choiceList(
  form,
  'shippingOptionId',
  'Ways to ship',
  options.map(({ id, title: label, delivery, price }) => ({
    value: id,
    label,
    hint: delivery,
    aside: price.amount === 0 ? 'free' : formatMoney(price),
  })),
)}
${stepButtons('On to the payment', { href: links.checkoutContact, text: 'Back to the address' })}
</form>`
}`,
  )
}
