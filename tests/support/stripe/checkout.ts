import type Stripe from 'stripe'
import { newPaymentIntent } from './objects/payment-intent.ts'
import { cancel } from './payments.ts'
import type { Scope } from './world.ts'

/** The intent of a session. Stripe creates it when the shopper pays, not with the session. */
export function intentOf(scope: Scope, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  if (session.payment_intent) return scope.get('payment_intent', String(session.payment_intent))
  const { captureMethod, metadata, setupFutureUsage, description } = scope.hidden(session.id).intentData!
  const intent = newPaymentIntent(scope, {
    amount: session.amount_total!,
    currency: session.currency!,
    customer: session.customer,
    capture_method: captureMethod,
    description,
    metadata,
    setup_future_usage: setupFutureUsage,
  })
  session.payment_intent = intent.id
  return intent
}

/** Brings the session of this intent, if it has one, to the intent's status. Call it after each change of an intent. */
export function followIntent(scope: Scope, intent: Stripe.PaymentIntent): void {
  const session = scope.all('checkout.session').find(({ payment_intent }) => payment_intent === intent.id)
  if (!session) return
  const isPaid = intent.status === 'succeeded'
  if (
    session.status === 'open' &&
    (isPaid || intent.status === 'requires_capture' || intent.status === 'processing')
  ) {
    session.status = 'complete'
    session.url = null
    session.payment_status = isPaid ? 'paid' : 'unpaid'
    scope.hidden(session.id).dueAt = undefined
    scope.emit('checkout.session.completed', session)
    return
  }
  if (session.status !== 'complete' || session.payment_status === 'paid') return
  const isAsync = String(intent.latest_charge).startsWith('py_')
  if (isPaid) session.payment_status = 'paid'
  if (isAsync && isPaid) scope.emit('checkout.session.async_payment_succeeded', session)
  if (isAsync && intent.status === 'requires_payment_method')
    scope.emit('checkout.session.async_payment_failed', session)
}

export function expireSession(scope: Scope, session: Stripe.Checkout.Session): void {
  session.status = 'expired'
  session.url = null
  scope.hidden(session.id).dueAt = undefined
  const intent = session.payment_intent ? intentOf(scope, session) : undefined
  if (intent && intent.status !== 'canceled') cancel(scope, intent, null)
  scope.emit('checkout.session.expired', session)
}
