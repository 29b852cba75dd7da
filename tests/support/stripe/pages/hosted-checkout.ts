import type Stripe from 'stripe'
import { followIntent, intentOf } from '../checkout.ts'
import { newPaymentMethod } from '../objects/payment-method.ts'
import { confirm } from '../payments.ts'
import { findByNumber } from '../test-methods.ts'
import type { Scope } from '../world.ts'
import { amountText, escaped, type PageReply, type PageRequest, pageOf } from './page.ts'

/** Stripe's own checkout page, without scripts: pay with a card or bank account, or cancel. */
export function hostedCheckoutPage({ scope, id, fields }: PageRequest): PageReply {
  const session = scope.get('checkout.session', id)
  if (session.status === 'complete') return { location: successUrl(session) }
  if (session.status !== 'open') return { status: 410, html: pageOf('This checkout session has expired', '') }
  if (!fields) return { status: 200, html: checkoutHtml(session, lastError(scope, session)) }
  if (fields.action === 'cancel') return { location: session.cancel_url ?? session.success_url! }
  const error = pay(scope, session, fields)
  if (error) return { status: 402, html: checkoutHtml(session, error) }
  const intent = intentOf(scope, session)
  // The page of the bank returns here
  const bankUrl = intent.next_action?.redirect_to_url?.url
  return { location: bankUrl ?? successUrl(session) }
}

function pay(
  scope: Scope,
  session: Stripe.Checkout.Session,
  fields: Record<string, string>,
): string | undefined {
  const test = findByNumber(fields.number ?? '')
  if (!test || !session.payment_method_types.includes(test.type)) return 'Your card number is incorrect.'
  session.customer_details = {
    address: null,
    business_name: null,
    email: fields.email || session.customer_email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  }
  const intent = intentOf(scope, session)
  const returnUrl = `${scope.world.origin}/c/pay/${session.id}`
  const error = confirm(scope, intent, { method: newPaymentMethod(scope, test), returnUrl })
  followIntent(scope, intent)
  return error?.message
}

function lastError(scope: Scope, { payment_intent }: Stripe.Checkout.Session): string {
  const intent = payment_intent ? scope.find('payment_intent', String(payment_intent)) : undefined
  return intent?.last_payment_error?.message ?? ''
}

function successUrl({ id, success_url }: Stripe.Checkout.Session): string {
  return success_url!.replaceAll('{CHECKOUT_SESSION_ID}', id)
}

function checkoutHtml(
  { amount_total, currency, customer_email }: Stripe.Checkout.Session,
  error: string,
): string {
  const amount = amountText({ amount: amount_total!, currency: currency! })
  return pageOf(
    'Pay Test Shop',
    `<p>${amount}</p>
${error ? `<p role="alert">${escaped(error)}</p>` : ''}
<form method="post">
<label>Email <input name="email" type="email" value="${escaped(customer_email ?? '')}" autocomplete="email"></label>
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242"></label>
<button name="action" value="pay">Pay</button><button name="action" value="cancel">Back</button>
</form>`,
  )
}
