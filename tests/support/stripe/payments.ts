import type Stripe from 'stripe'
import { type ErrorBody, refused } from './api-error.ts'
import { book, paymentFee } from './balance.ts'
import { openDispute } from './disputes.ts'
import { newCharge } from './objects/charge.ts'
import { newRefund } from './objects/refund.ts'
import type { Scope } from './world.ts'

/** How long an asynchronous payment stays in `processing`, unless a test decides it before. */
const PROCESSING_SECONDS = 180

export interface Confirmation {
  method: Stripe.PaymentMethod
  returnUrl?: string | undefined
  /** The shopper is absent, or the caller handles no actions: 3-D Secure is a decline. */
  isWithoutActions?: boolean
  /** The client handles actions with Stripe's script instead of a redirect. */
  usesScript?: boolean
  /** Ask for 3-D Secure, whatever the card wants. */
  isChallengeForced?: boolean
}

/** Confirms an intent. Returns the error of a decline; the intent has it too. */
export function confirm(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  { method, returnUrl, isWithoutActions, usesScript, isChallengeForced }: Confirmation,
): ErrorBody | undefined {
  intent.payment_method = method.id
  intent.last_payment_error = null
  intent.next_action = null
  const { authenticate } = scope.hidden(method.id).method!
  const needsShopper =
    authenticate === 'always' || (authenticate === 'unless_saved' && !method.customer) || isChallengeForced
  if (!needsShopper) return pay(scope, intent)
  if (isWithoutActions)
    return decline(scope, intent, {
      code: 'authentication_required',
      decline_code: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    })
  const url = `${scope.world.origin}/3d-secure/${intent.id}`
  scope.hidden(intent.id).returnUrl = returnUrl
  intent.status = 'requires_action'
  intent.next_action =
    usesScript || !returnUrl
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
      : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
  scope.emit('payment_intent.requires_action', intent)
  return undefined
}

/** The shopper's answer on the 3-D Secure page. Without effect when the intent does not wait for it any more. */
export function authenticate(scope: Scope, intent: Stripe.PaymentIntent, isApproved: boolean): void {
  if (intent.status !== 'requires_action') return
  intent.next_action = null
  if (isApproved) pay(scope, intent)
  else
    fail(scope, intent, {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    })
}

/** Decides a payment in `processing`. */
export function settle(scope: Scope, intent: Stripe.PaymentIntent, isSuccess: boolean): void {
  if (intent.status !== 'processing') throw refused(`Cannot settle "${intent.id}": it is ${intent.status}`)
  scope.hidden(intent.id).dueAt = undefined
  const charge = scope.get('charge', String(intent.latest_charge))
  if (isSuccess) {
    succeed(scope, intent, charge)
    return
  }
  charge.status = 'failed'
  charge.paid = false
  charge.failure_code = 'insufficient_funds'
  charge.failure_message = "The customer's account has insufficient funds to cover this payment."
  scope.emit('charge.failed', charge)
  fail(scope, intent, {
    type: 'card_error',
    code: charge.failure_code,
    message: charge.failure_message,
    charge: charge.id,
  })
}

/** Takes held money. What is not captured is released. */
export function capture(scope: Scope, intent: Stripe.PaymentIntent, amount: number): void {
  const charge = scope.get('charge', String(intent.latest_charge))
  scope.hidden(intent.id).dueAt = undefined
  charge.captured = true
  charge.amount_captured = amount
  charge.balance_transaction = bookCharge(scope, charge)
  intent.amount_capturable = 0
  intent.amount_received = amount
  intent.status = 'succeeded'
  const rest = charge.amount - amount
  if (rest > 0) release(scope, charge, rest)
  scope.emit('charge.captured', charge)
  scope.emit('payment_intent.succeeded', intent)
}

export function cancel(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): void {
  if (intent.status === 'requires_capture') {
    const charge = scope.get('charge', String(intent.latest_charge))
    if (reason === 'automatic') scope.emit('charge.expired', charge)
    release(scope, charge, charge.amount, reason === 'automatic' ? 'expired_uncaptured_charge' : null)
  }
  scope.hidden(intent.id).dueAt = undefined
  intent.status = 'canceled'
  intent.canceled_at = scope.now()
  intent.cancellation_reason = reason
  intent.amount_capturable = 0
  intent.next_action = null
  scope.emit('payment_intent.canceled', intent)
}

function pay(scope: Scope, intent: Stripe.PaymentIntent): ErrorBody | undefined {
  const method = methodOf(scope, intent)
  const test = scope.hidden(method.id).method!
  if (test.type === 'us_bank_account') {
    const charge = newCharge(scope, intent, method, { status: 'pending', paid: false, captured: true })
    intent.status = 'processing'
    scope.hidden(intent.id).dueAt = scope.now() + PROCESSING_SECONDS
    scope.emit('charge.pending', charge)
    scope.emit('payment_intent.processing', intent)
    return undefined
  }
  if (test.decline) return decline(scope, intent, test.decline)
  if (intent.capture_method === 'manual') {
    const charge = newCharge(scope, intent, method, { captured: false })
    intent.status = 'requires_capture'
    intent.amount_capturable = intent.amount
    scope.hidden(intent.id).dueAt = charge.payment_method_details!.card!.capture_before
    keepMethod(scope, intent)
    scope.emit('charge.succeeded', charge)
    scope.emit('payment_intent.amount_capturable_updated', intent)
    return undefined
  }
  succeed(scope, intent, newCharge(scope, intent, method, {}))
  return undefined
}

function succeed(scope: Scope, intent: Stripe.PaymentIntent, charge: Stripe.Charge): void {
  charge.status = 'succeeded'
  charge.paid = true
  charge.amount_captured = charge.amount
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  keepMethod(scope, intent)
  if (intent.capture_method === 'automatic') charge.balance_transaction = bookCharge(scope, charge)
  else
    scope.later(() => {
      charge.balance_transaction = bookCharge(scope, charge)
      scope.emit('charge.updated', charge, { balance_transaction: null })
    })
  scope.emit('charge.succeeded', charge)
  scope.emit('payment_intent.succeeded', intent)
  const { dispute } = scope.hidden(String(intent.payment_method)).method!
  if (dispute) scope.later(() => openDispute(scope, charge, dispute))
}

function decline(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  why: { code: string; decline_code?: string; message: string },
): ErrorBody {
  const charge = newCharge(scope, intent, methodOf(scope, intent), {
    status: 'failed',
    paid: false,
    captured: false,
    failure_code: why.code,
    failure_message: why.message,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'declined_by_network',
      reason: why.decline_code ?? why.code,
      seller_message: 'The bank did not return any further details with this decline.',
      type: 'issuer_declined',
    },
  })
  scope.emit('charge.failed', charge)
  return fail(scope, intent, { type: 'card_error', ...why, charge: charge.id })
}

function fail(scope: Scope, intent: Stripe.PaymentIntent, error: ErrorBody): ErrorBody {
  const method = structuredClone(methodOf(scope, intent))
  if (!method.customer) scope.hidden(method.id).isUsedUp = true
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.last_payment_error = { ...error, payment_method: method } as Stripe.PaymentIntent.LastPaymentError
  scope.emit('payment_intent.payment_failed', intent)
  return { ...error, payment_method: method }
}

function release(
  scope: Scope,
  charge: Stripe.Charge,
  amount: number,
  reason: Stripe.Refund.Reason | null = null,
): void {
  const refund = newRefund(scope, charge, { amount, reason })
  scope.hidden(refund.id).isRelease = true
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  scope.emit('refund.created', refund)
  scope.emit('charge.refunded', charge)
}

/** Saves the payment method of a successful payment for its customer, or marks it as used up. */
function keepMethod(scope: Scope, intent: Stripe.PaymentIntent): void {
  const method = methodOf(scope, intent)
  if (method.customer) return
  if (!intent.customer || !intent.setup_future_usage) {
    scope.hidden(method.id).isUsedUp = true
    return
  }
  method.customer = String(intent.customer)
  scope.emit('payment_method.attached', method)
}

function bookCharge(scope: Scope, { id, amount_captured: amount, currency }: Stripe.Charge): string {
  return book(scope, 'charge', { amount, currency, source: id, fee: paymentFee(amount) }).id
}

function methodOf(scope: Scope, intent: Stripe.PaymentIntent): Stripe.PaymentMethod {
  return scope.get('payment_method', String(intent.payment_method))
}
