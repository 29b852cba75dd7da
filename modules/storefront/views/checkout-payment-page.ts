import { html } from '#runtime/http/html.ts'
import { type CheckoutCart, checkoutPage, stepButtons } from './checkout-frame.ts'
import { choiceList } from './choice-list.ts'
import { errorSummary, type FormState, formTitle } from './form-fields.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** A way to pay that the page offers: a token of a provider. */
export type PaymentChoice = { token: string; label: string; hint: string }

/** What the built-in `test` provider offers: a card for each thing that can happen at a provider. */
export const testPaymentChoices: readonly PaymentChoice[] = [
  { token: 'tok_ok', label: 'Test card: approved', hint: 'Pays at once' },
  {
    token: 'tok_requires_action',
    label: 'Test card: requires confirmation',
    hint: 'Leads to a page of the bank first',
  },
  { token: 'tok_declined', label: 'Test card: declined', hint: 'The bank says no' },
  { token: 'tok_timeout', label: 'Test card: answers late', hint: 'The bank takes longer than we wait' },
  { token: 'tok_flaky', label: 'Test card: flaky', hint: 'Fails once, then works' },
]

export type CheckoutPaymentPageProps = {
  cart: CheckoutCart
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
  const title = 'How would you like to pay?'
  return checkoutPage(
    { step: 'payment', title, documentTitle: formTitle(title, form), cart },
    html`${errorSummary(form)}
<form class="form" action="${links.checkoutPayment}" method="post" novalidate>
<input type="hidden" name="provider" value="${provider}">
${choiceList(
  form,
  'token',
  'Ways to pay',
  choices.map(({ token, label, hint }) => ({ value: token, label, hint })),
)}
${provider === 'test' && html`<p class="aside-note">${icons.leaf}This shop uses its built-in test provider: no money moves, whichever card you take.</p>`}
${stepButtons('On to the review', { href: links.checkoutShipping, text: 'Back to shipping' })}
</form>`,
  )
}
