import { html } from '#runtime/html/html.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-step-page.ts'
import { choiceList } from './choice-list.ts'
import { type FormState, formTitle, withErrorSummary } from './form-fields.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** A payment method on offer: the token that the provider accepts for it, and its texts. */
export type PaymentChoice = { token: string; label: string; hint: string }

/** The methods of the built-in `test` provider: a card for each possible outcome. */
export const testPaymentChoices: readonly PaymentChoice[] = [
  { token: 'tok_ok', label: 'Test card: approved', hint: 'The payment succeeds immediately' },
  {
    token: 'tok_requires_action',
    label: 'Test card: requires confirmation',
    hint: 'Your bank asks you to confirm the payment',
  },
  { token: 'tok_declined', label: 'Test card: declined', hint: 'The bank declines the payment' },
  {
    token: 'tok_timeout',
    label: 'Test card: slow response',
    hint: 'The bank answers after the timeout',
  },
  { token: 'tok_flaky', label: 'Test card: temporary failure', hint: 'Fails once, then succeeds' },
]

export type CheckoutPaymentPageProps = {
  cart: CheckoutCart
  /** The payment provider. For `test`, the page says that no card is charged. */
  provider: string
  choices: readonly PaymentChoice[]
  /** The field `token`. */
  form: FormState
}

export function checkoutPaymentPage({
  cart,
  provider,
  choices,
  form,
}: CheckoutPaymentPageProps): PageContent {
  const title = 'Payment'
  return checkoutPage(
    { step: 'payment', title, documentTitle: formTitle(title, form), cart },
    html`${withErrorSummary(
      form,
      html`<form class="form" action="${links.checkoutPayment}" method="post" novalidate>
${choiceList(
  form,
  'token',
  'Payment method',
  choices.map(({ token, label, hint }) => ({ value: token, label, hint })),
)}
${provider === 'test' && html`<p class="aside-note">${icons.leaf}This shop uses the built-in test provider: no card is ever charged.</p>`}
${stepButtons('Review your order', { href: links.checkoutShipping, text: 'Back to delivery' })}
</form>`,
    )}`,
  )
}
