import { html } from '#runtime/html/html.ts'
import { formatMoney, type Money } from '#shared/money.ts'
import { icons } from './icons.ts'
import type { PageContent } from './page-content.ts'

export type TestPaymentPageProps = {
  /** Where the decision is sent: `decision` is `confirm` or `refuse`. */
  action: string
  /** Where the shopper goes from here, as the shop told the bank. */
  back: string | undefined
  /** The page of the order, which waits for the decision: the cart has become that. */
  orderPath: string
  amount: Money
  shopName: string
}

/** The page at which the test provider lets the shopper confirm a payment, as a bank would. */
export function testPaymentPage(props: TestPaymentPageProps): PageContent {
  const { action, back, orderPath, amount, shopName } = props
  return {
    title: 'Confirm payment',
    frame: 'checkout',
    wayBack: { href: orderPath, text: 'Back to order' },
    personal: true,
    body: html`<div class="width narrow"><section class="bank" aria-labelledby="bank-title"><p class="bank-name">${icons.lock}Test bank</p>
<h1 id="bank-title">Pay ${formatMoney(amount)} to ${shopName}?</h1>
<p>A real bank would ask for a code or your fingerprint now. This one just asks you to press a button.</p>
<form action="${action}" method="post">${back !== undefined && html`<input type="hidden" name="return" value="${back}">`}<button class="button button-large" type="submit" name="decision" value="confirm">Confirm</button><button class="button button-large button-quiet" type="submit" name="decision" value="refuse">Refuse</button></form></section></div>`,
  }
}
