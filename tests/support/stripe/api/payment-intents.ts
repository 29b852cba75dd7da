import type Stripe from 'stripe'
import { ApiError, type ErrorBody, invalidParam, refused } from '../api-error.ts'
import { followIntent } from '../checkout.ts'
import type { Params } from '../form.ts'
import { newPaymentIntent } from '../objects/payment-intent.ts'
import { cancel, capture, confirm } from '../payments.ts'
import { flag, integer, metadata, nested, oneOf, text } from '../read-params.ts'
import type { Scope } from '../world.ts'
import { readAmount, readCurrency } from './amounts.ts'
import { listRoute } from './lists.ts'
import { type Call, checkSecret, type Names, type Route, readAllowedTypes, readMethod } from './route.ts'

const described = [
  'description',
  'expand',
  'metadata',
  'receipt_email',
  'shipping',
  'statement_descriptor',
  'statement_descriptor_suffix',
] as const
const priced = [
  'allowed_payment_method_types',
  'amount',
  'currency',
  'customer',
  'payment_method',
  'payment_method_data',
  'payment_method_options',
  'setup_future_usage',
] as const
const confirmed = [
  'error_on_requires_action',
  'expand',
  'mandate_data',
  'off_session',
  'payment_method',
  'payment_method_data',
  'payment_method_options',
  'return_url',
  'setup_future_usage',
  'use_stripe_sdk',
] as const
const creation = [
  ...described,
  ...priced,
  ...confirmed,
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'confirmation_method',
] as const

export const paymentIntentRoutes: Route[] = [
  {
    verb: 'POST',
    path: '/v1/payment_intents',
    params: creation satisfies Names<Stripe.PaymentIntentCreateParams>,
    handle: create,
  },
  listRoute('/v1/payment_intents', 'payment_intent'),
  {
    verb: 'GET',
    path: '/v1/payment_intents/:id',
    params: ['client_secret', 'expand'],
    isForBrowsers: true,
    handle(call) {
      const intent = call.scope.get('payment_intent', call.id)
      checkSecret(call, intent.client_secret)
      return intent
    },
  },
  {
    verb: 'POST',
    path: '/v1/payment_intents/:id',
    params: [...described, ...priced] satisfies Names<Stripe.PaymentIntentUpdateParams>,
    handle: update,
  },
  {
    verb: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    params: [...(confirmed satisfies Names<Stripe.PaymentIntentConfirmParams>), 'client_secret'],
    isForBrowsers: true,
    handle(call) {
      const intent = call.scope.get('payment_intent', call.id)
      checkSecret(call, intent.client_secret)
      return confirmIntent(call, intent)
    },
  },
  {
    verb: 'POST',
    path: '/v1/payment_intents/:id/capture',
    params: ['amount_to_capture', 'expand', 'metadata'] satisfies Names<Stripe.PaymentIntentCaptureParams>,
    handle: captureIntent,
  },
  {
    verb: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    params: ['cancellation_reason', 'expand'] satisfies Names<Stripe.PaymentIntentCancelParams>,
    handle: cancelIntent,
  },
]

function create(call: Call): Stripe.PaymentIntent {
  const { scope, params } = call
  const currency = readCurrency(params)
  const amount = readAmount(params, currency)
  const allowed = readAllowedTypes(params)
  const automatic = nested(params, 'automatic_payment_methods')
  if (allowed && params.automatic_payment_methods)
    throw invalidParam(
      'parameter_invalid',
      'allowed_payment_method_types',
      'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.',
    )
  const isConfirmed = flag(params, 'confirm')
  if (!isConfirmed && (params.return_url || params.off_session || params.error_on_requires_action))
    throw invalidParam(
      'parameter_invalid',
      'confirm',
      'return_url, off_session and error_on_requires_action can only be used with confirm=true',
    )
  const method = readMethod(call, text(params, 'customer') ?? null)
  const intent = newPaymentIntent(scope, {
    amount,
    currency,
    allowed_payment_method_types: allowed,
    // Since 2023-08-16 automatic payment methods are the default
    automatic_payment_methods: !allowed
      ? {
          enabled: true,
          allow_redirects: oneOf(automatic, 'allow_redirects', ['always', 'never']) ?? 'always',
        }
      : null,
    capture_method:
      oneOf(params, 'capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    confirmation_method: oneOf(params, 'confirmation_method', ['automatic', 'manual']) ?? 'automatic',
    customer: readCustomer(scope, params),
    metadata: metadata(params),
    payment_method: method?.id ?? null,
    payment_method_types: typesFor(currency, allowed),
    setup_future_usage: oneOf(params, 'setup_future_usage', ['off_session', 'on_session']) ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    ...descriptionOf(params),
  })
  return isConfirmed ? confirmIntent(call, intent, method) : intent
}

function update(call: Call): Stripe.PaymentIntent {
  const { scope, params, id } = call
  const intent = scope.get('payment_intent', id)
  const isOpen = isConfirmable(intent)
  if (!isOpen && priced.some((name) => name in params))
    throw unexpectedState(
      intent,
      `This PaymentIntent's amount, currency or payment method could not be updated because it has a status of ${intent.status}.`,
    )
  const currency = params.currency ? readCurrency(params) : intent.currency
  const amount = params.amount ? readAmount(params, currency) : intent.amount
  const method = readMethod(call, intent.customer)
  if (params.allowed_payment_method_types) intent.allowed_payment_method_types = readAllowedTypes(params)
  intent.payment_method_types = typesFor(currency, intent.allowed_payment_method_types)
  Object.assign(intent, {
    currency,
    amount,
    metadata: metadata(params, intent.metadata),
    ...descriptionOf(params),
  })
  if (params.customer !== undefined) intent.customer = readCustomer(scope, params)
  if (params.setup_future_usage !== undefined)
    intent.setup_future_usage = oneOf(params, 'setup_future_usage', ['off_session', 'on_session']) ?? null
  if (method) intent.payment_method = method.id
  // What the shopper was asked to approve is no longer what would be taken
  const isChanged = method || params.amount || params.currency
  if (isOpen && isChanged) {
    intent.status = intent.payment_method ? 'requires_confirmation' : 'requires_payment_method'
    intent.next_action = null
  }
  return intent
}

function confirmIntent(
  call: Call,
  intent: Stripe.PaymentIntent,
  created?: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  const { scope, params, isPublishable } = call
  if (!isConfirmable(intent))
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
    )
  if (isPublishable && intent.confirmation_method === 'manual')
    throw unexpectedState(
      intent,
      'This PaymentIntent cannot be confirmed using your publishable key because its `confirmation_method` is set to `manual`.',
    )
  const known = intent.payment_method ? scope.get('payment_method', String(intent.payment_method)) : undefined
  const method = created ?? readMethod(call, intent.customer) ?? known
  if (!method)
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
    )
  checkMethod(intent, method)
  const returnUrl = text(params, 'return_url')
  if (intent.automatic_payment_methods?.allow_redirects === 'always' && !returnUrl && !isPublishable)
    throw refused(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
      { payment_intent: structuredClone(intent) },
    )
  if (params.setup_future_usage)
    intent.setup_future_usage = oneOf(params, 'setup_future_usage', ['off_session', 'on_session'])!
  const offSession = text(params, 'off_session')
  const challenge = text(nested(nested(params, 'payment_method_options'), 'card'), 'request_three_d_secure')
  const error = confirm(scope, intent, {
    method,
    returnUrl,
    isWithoutActions:
      (offSession !== undefined && offSession !== 'false') || flag(params, 'error_on_requires_action'),
    usesScript: flag(params, 'use_stripe_sdk'),
    isChallengeForced: challenge === 'any' || challenge === 'challenge',
  })
  if (error) throw declined(error, intent)
  followIntent(scope, intent)
  return intent
}

function captureIntent({ scope, params, id }: Call): Stripe.PaymentIntent {
  const intent = scope.get('payment_intent', id)
  if (intent.status !== 'requires_capture')
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
    )
  const amount = integer(params, 'amount_to_capture') ?? intent.amount_capturable
  if (amount < 1 || amount > intent.amount_capturable)
    throw refused(`The remaining amount to capture must be between 1 and ${intent.amount_capturable}.`, {
      code: 'amount_too_large',
      param: 'amount_to_capture',
      payment_intent: structuredClone(intent),
    })
  intent.metadata = metadata(params, intent.metadata)
  capture(scope, intent, amount)
  followIntent(scope, intent)
  return intent
}

function cancelIntent({ scope, params, id }: Call): Stripe.PaymentIntent {
  const intent = scope.get('payment_intent', id)
  const reason = oneOf(params, 'cancellation_reason', [
    'abandoned',
    'duplicate',
    'fraudulent',
    'requested_by_customer',
  ])
  if (!isConfirmable(intent) && intent.status !== 'requires_capture')
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
    )
  if (
    scope
      .all('checkout.session')
      .some((session) => session.payment_intent === id && session.status === 'open')
  )
    throw refused(
      'You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the Checkout Session instead.',
    )
  cancel(scope, intent, reason ?? null)
  return intent
}

/** The statuses in which an intent can be changed and confirmed. */
export function isConfirmable({ status }: Stripe.PaymentIntent | Stripe.SetupIntent): boolean {
  return (
    status === 'requires_payment_method' || status === 'requires_confirmation' || status === 'requires_action'
  )
}

export function declined(error: ErrorBody, intent: Stripe.PaymentIntent): ApiError {
  return new ApiError(402, { ...error, payment_intent: structuredClone(intent) })
}

function checkMethod(intent: Stripe.PaymentIntent, { type }: Stripe.PaymentMethod): void {
  if (!intent.payment_method_types.includes(type) || (type !== 'card' && intent.capture_method === 'manual'))
    throw refused(`The PaymentMethod provided (${type}) is not allowed for this PaymentIntent.`, {
      code: 'payment_intent_incompatible_payment_method',
      param: 'payment_method',
      payment_intent: structuredClone(intent),
    })
}

/** The methods that fit the currency. Allowed methods that do not fit are left out silently, as Stripe does. */
export function typesFor(currency: string, allowed: string[] | null): string[] {
  const fitting = currency === 'usd' ? ['card', 'us_bank_account'] : ['card']
  return fitting.filter((type) => !allowed || allowed.includes(type))
}

function readCustomer(scope: Scope, params: Params): string | null {
  const id = text(params, 'customer')
  return id ? scope.get('customer', id, 'customer').id : null
}

function descriptionOf(params: Params): Partial<Stripe.PaymentIntent> {
  const names = ['description', 'receipt_email', 'statement_descriptor', 'statement_descriptor_suffix']
  const texts = names.filter((name) => name in params).map((name) => [name, text(params, name) ?? null])
  return {
    ...Object.fromEntries(texts),
    ...(params.shipping ? { shipping: { ...nested(params, 'shipping') } } : {}),
  }
}

function unexpectedState(intent: Stripe.PaymentIntent, message: string): ApiError {
  return refused(message, {
    code: 'payment_intent_unexpected_state',
    payment_intent: structuredClone(intent),
  })
}
