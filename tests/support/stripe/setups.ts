import type Stripe from 'stripe'
import type { ErrorBody } from './api-error.ts'
import type { Confirmation } from './payments.ts'
import type { Scope } from './world.ts'

/** Confirms a setup intent. Returns the error of a decline. */
export function confirmSetup(
  scope: Scope,
  intent: Stripe.SetupIntent,
  { method, returnUrl, usesScript }: Confirmation,
): ErrorBody | undefined {
  intent.payment_method = method.id
  intent.last_setup_error = null
  if (!scope.hidden(method.id).method!.authenticate) return finish(scope, intent)
  const url = `${scope.world.origin}/3d-secure/${intent.id}`
  scope.hidden(intent.id).returnUrl = returnUrl
  intent.status = 'requires_action'
  intent.next_action =
    usesScript || !returnUrl
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
      : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
  scope.emit('setup_intent.requires_action', intent)
  return undefined
}

export function authenticateSetup(scope: Scope, intent: Stripe.SetupIntent, isApproved: boolean): void {
  if (intent.status !== 'requires_action') return
  intent.next_action = null
  if (isApproved) finish(scope, intent)
  else
    fail(scope, intent, {
      type: 'invalid_request_error',
      code: 'setup_intent_authentication_failure',
      message: 'The provided PaymentMethod has failed authentication.',
    })
}

function finish(scope: Scope, intent: Stripe.SetupIntent): ErrorBody | undefined {
  const method = scope.get('payment_method', String(intent.payment_method))
  const { decline } = scope.hidden(method.id).method!
  if (decline) return fail(scope, intent, { type: 'card_error', ...decline })
  intent.status = 'succeeded'
  if (intent.customer && !method.customer) {
    method.customer = String(intent.customer)
    scope.emit('payment_method.attached', method)
  }
  scope.emit('setup_intent.succeeded', intent)
  return undefined
}

function fail(scope: Scope, intent: Stripe.SetupIntent, error: ErrorBody): ErrorBody {
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.last_setup_error = error as Stripe.SetupIntent.LastSetupError
  scope.emit('setup_intent.setup_failed', intent)
  return error
}
