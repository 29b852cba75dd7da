import type { Cart } from '#modules/cart/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { totalsList } from './totals-list.ts'

export type CheckoutCart = Pick<Cart, 'lines' | 'discounts' | 'taxes' | 'totals' | 'shippingOption'>

const STEPS = [
  { key: 'contact', title: 'Address', href: links.checkoutContact },
  { key: 'shipping', title: 'Delivery', href: links.checkoutShipping },
  { key: 'payment', title: 'Payment', href: links.checkoutPayment },
  { key: 'review', title: 'Review', href: links.checkoutReview },
] as const

export type CheckoutStep = (typeof STEPS)[number]['key']

/** A step of the checkout: the progress bar, the content of the step, and the order summary next to it. */
export function checkoutPage(
  page: { step: CheckoutStep; title: string; documentTitle: string; cart: CheckoutCart },
  content: Html,
): PageContent {
  return {
    title: page.documentTitle,
    frame: 'checkout',
    personal: true,
    body: html`<div class="width checkout">
${progress(page.step, page.cart)}
<div class="with-aside">
<div class="checkout-step"><h1>${page.title}</h1>
${content}</div>
${summary(page.cart)}
</div></div>`,
  }
}

function progress(step: CheckoutStep, { totals }: CheckoutCart): Html {
  const steps = STEPS.filter(({ key }) => key !== 'payment' || step === 'payment' || totals.total.amount > 0)
  const currentIndex = steps.findIndex(({ key }) => key === step)
  return html`<nav aria-label="Checkout steps"><ol class="progress">${steps.map(({ title, href }, index) => {
    if (index < currentIndex)
      return html`<li class="progress-done"><a href="${href}">${icons.check}${title}</a></li>`
    const current = attributes({ 'aria-current': index === currentIndex && 'step' })
    return html`<li><span${current}><span class="progress-number">${index + 1}</span>${title}</span></li>`
  })}</ol></nav>`
}

function summary(cart: CheckoutCart): Html {
  const { lines, shippingOption } = cart
  const items = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return html`<section class="summary" aria-labelledby="summary-title"><h2 id="summary-title">Order summary</h2>
<details class="summary-lines" open><summary>${items} ${items === 1 ? 'item' : 'items'}</summary>
<ul>${lines.map(
    (line) =>
      html`<li class="summary-line"><img src="${line.pictureUrl}" alt="" width="800" height="800" loading="lazy" decoding="async"><div><p>${line.title}</p><p class="summary-line-note">${line.quantity} × ${formatMoney(line.unitPrice)}${line.variantTitle !== line.title && ` · ${isolateBidi(line.variantTitle)}`}</p>${line.problem && html`<p class="summary-line-problem">${icons.warning}Cannot be ordered, not in the total</p>`}</div><p class="summary-line-total">${!line.problem && formatMoney(line.total)}</p></li>`,
  )}</ul></details>
${totalsList(cart, shippingOption, 'Not chosen yet')}
<p class="summary-edit"><a href="${links.cart}">Edit cart</a></p></section>`
}

/** The buttons at the end of a step's form: to the next step, and back to the previous one. */
export function stepButtons(next: string, back?: { href: string; text: string }): Html {
  return html`<div class="step-buttons"><button class="button button-large" type="submit">${next}${icons.arrow}</button>${
    back && html`<a class="quiet-link" href="${back.href}">${back.text}</a>`
  }</div>`
}
