import { html } from '#runtime/html/html.ts'
import { formatMoney, type Money } from '#shared/money.ts'
import { icons } from './icons.ts'
import type { PageContent } from './page-content.ts'

export type TestPaymentPageProps = {
  /** The path that the form is sent to. The form's field `decision` is `confirm` or `refuse`. */
  action: string
  /** The URL to return to, as the shop passed it to the provider; undefined if it passed none. */
  returnUrl: string | undefined
  /** The page of the order that waits for the decision. */
  orderPath: string
  amount: Money
  shopName: string
}

/** The test provider's page on which the shopper confirms or refuses a payment, as at a bank. */
export function testPaymentPage(props: TestPaymentPageProps): PageContent {
  const { action, returnUrl, orderPath, amount, shopName } = props
  return {
    title: 'Confirm payment',
    frame: 'checkout',
    backLink: { href: orderPath, text: 'Back to order' },
    personal: true,
    body: html`<div class="width narrow"><section class="bank" aria-labelledby="bank-title"><p class="bank-name">${icons.lock}Test bank</p>
<h1 id="bank-title">Pay ${formatMoney(amount)} to ${shopName}?</h1>
<p>A real bank would ask for a code or your fingerprint now. This one only asks you to press a button.</p>
<form action="${action}" method="post">${returnUrl !== undefined && html`<input type="hidden" name="return" value="${returnUrl}">`}<button class="button button-large" type="submit" name="decision" value="confirm">Confirm</button><button class="button button-large button-quiet" type="submit" name="decision" value="refuse">Decline</button></form></section></div>`,
  }
}
