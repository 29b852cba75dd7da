import type { Contact, ShippingOption } from '#modules/cart/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { formatMoney } from '#shared/money.ts'
import { readableEmail } from '../rules/readable-email.ts'
import { addressForReading } from './address-fields.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-step-page.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

export type CheckoutReviewPageProps = {
  cart: CheckoutCart
  contact: Contact
  shippingOption: ShippingOption
  /** Undefined if there is nothing to pay. */
  payment: { token: string; label: string } | undefined
  /** Sent with the order, so that two clicks on the button place one order. */
  idempotencyKey: string
  /** The version of the cart that the page shows and the button confirms. */
  cartVersion: string
  /** The `SeenCart` as JSON. If the cart has changed when the order is placed, the page lists the changes since then. */
  seen: string
  /** Why the order could not be placed, such as a declined payment, and a link to fix it. */
  problem?: { text: string; changes?: readonly string[]; link?: { href: string; text: string } } | undefined
}

export function checkoutReviewPage(props: CheckoutReviewPageProps): PageContent {
  const { cart, contact, shippingOption, payment, problem } = props
  const title = 'Review your order'
  const texts = handoverTexts(shippingOption)
  return checkoutPage(
    { step: 'review', title, documentTitle: problem ? `Error: ${title}` : title, cart },
    html`${problem && problemBox(problem)}
<dl class="review">
${reviewRow('Contact', html`${readableEmail(contact.email)}`, links.checkoutContact)}
${reviewRow(texts.addressHeading, addressForReading(contact.shippingAddress), links.checkoutContact)}
${contact.billingAddress && reviewRow('Billing address', addressForReading(contact.billingAddress), links.checkoutContact)}
${reviewRow(texts.label, html`${shippingOption.title}<br>${shippingOption.delivery}`, links.checkoutShipping)}
${payment ? reviewRow('Payment', html`${payment.label}`, links.checkoutPayment) : reviewRow('Payment', html`Nothing to pay`)}
</dl>
${cart.lines.some((line) => line.problem) ? editCart() : orderForm(props)}`,
  )
}

/** In place of the order button: an order with a line that cannot be ordered would be refused. */
function editCart(): Html {
  return html`<p><a class="button button-large" href="${links.cart}">Edit cart${icons.arrow}</a></p>`
}

function orderForm({ cart, payment, ...props }: CheckoutReviewPageProps): Html {
  return html`<form class="form" action="${links.placeOrder}" method="post">
${payment && html`<input type="hidden" name="token" value="${payment.token}">`}<input type="hidden" name="idempotencyKey" value="${props.idempotencyKey}"><input type="hidden" name="cartVersion" value="${props.cartVersion}"><input type="hidden" name="seen" value="${props.seen}">
${payment ? stepButtons(`Place order and pay ${formatMoney(cart.totals.total)}`, { href: links.checkoutPayment, text: 'Back to payment' }) : stepButtons('Place order', { href: links.checkoutShipping, text: 'Back to delivery' })}
</form>`
}

function reviewRow(term: string, value: Html, href?: string): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd>${href && html`<dd class="review-change"><a href="${href}">Change<span class="visually-hidden"> ${term}</span></a></dd>`}</div>`
}

function problemBox(problem: NonNullable<CheckoutReviewPageProps['problem']>): Html {
  const { text, changes = [], link } = problem
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="problem-title"><h2 id="problem-title">${icons.warning}Your order was not placed</h2><p>${text}${link && html` <a href="${link.href}">${link.text}</a>`}</p>${
    changes.length > 0 && html`<ul>${changes.map((change) => html`<li>${change}</li>`)}</ul>`
  }</div>`
}
