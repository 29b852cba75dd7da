import type Stripe from 'stripe'
import { ApiError, refused } from '../api-error.ts'
import { newSetupIntent } from '../objects/setup-intent.ts'
import { flag, metadata, nested, oneOf, text } from '../read-params.ts'
import { confirmSetup } from '../setups.ts'
import { listRoute } from './lists.ts'
import { isConfirmable } from './payment-intents.ts'
import { type Call, checkSecret, type Names, type Route, readAllowedTypes, readMethod } from './route.ts'

const confirmed = [
  'expand',
  'mandate_data',
  'payment_method',
  'payment_method_data',
  'return_url',
  'use_stripe_sdk',
] as const
const creation = [
  ...confirmed,
  'allowed_payment_method_types',
  'automatic_payment_methods',
  'confirm',
  'customer',
  'description',
  'metadata',
  'usage',
] as const

export const setupIntentRoutes: Route[] = [
  {
    verb: 'POST',
    path: '/v1/setup_intents',
    params: creation satisfies Names<Stripe.SetupIntentCreateParams>,
    handle: create,
  },
  listRoute('/v1/setup_intents', 'setup_intent'),
  {
    verb: 'GET',
    path: '/v1/setup_intents/:id',
    params: ['client_secret', 'expand'],
    isForBrowsers: true,
    handle: (call) => open(call),
  },
  {
    verb: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    params: [...(confirmed satisfies Names<Stripe.SetupIntentConfirmParams>), 'client_secret'],
    isForBrowsers: true,
    handle: (call) => confirmIntent(call, open(call)),
  },
  {
    verb: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    params: ['expand'] satisfies Names<Stripe.SetupIntentCancelParams>,
    handle(call) {
      const intent = open(call)
      if (!isConfirmable(intent)) throw unexpectedState(intent, 'cancel')
      intent.status = 'canceled'
      intent.next_action = null
      call.scope.emit('setup_intent.canceled', intent)
      return intent
    },
  },
]

function create(call: Call): Stripe.SetupIntent {
  const { scope, params } = call
  const customer = text(params, 'customer')
  const allowed = readAllowedTypes(params)
  const method = readMethod(call, customer ?? null)
  const intent = newSetupIntent(scope, {
    allowed_payment_method_types: allowed,
    automatic_payment_methods: allowed
      ? null
      : {
          enabled: true,
          allow_redirects:
            oneOf(nested(params, 'automatic_payment_methods'), 'allow_redirects', ['always', 'never']) ??
            'always',
        },
    customer: customer ? scope.get('customer', customer, 'customer').id : null,
    description: text(params, 'description') ?? null,
    metadata: metadata(params),
    payment_method: method?.id ?? null,
    payment_method_types: ['card'],
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    usage: oneOf(params, 'usage', ['off_session', 'on_session']) ?? 'off_session',
  })
  return flag(params, 'confirm') ? confirmIntent(call, intent, method) : intent
}

function open(call: Call): Stripe.SetupIntent {
  const intent = call.scope.get('setup_intent', call.id)
  checkSecret(call, intent.client_secret)
  return intent
}

function confirmIntent(
  call: Call,
  intent: Stripe.SetupIntent,
  created?: Stripe.PaymentMethod,
): Stripe.SetupIntent {
  const { scope, params } = call
  if (!isConfirmable(intent)) throw unexpectedState(intent, 'confirm')
  const known = intent.payment_method ? scope.get('payment_method', String(intent.payment_method)) : undefined
  const method = created ?? readMethod(call, intent.customer) ?? known
  if (!method) throw unexpectedState(intent, 'confirm without a payment method')
  const error = confirmSetup(scope, intent, {
    method,
    returnUrl: text(params, 'return_url'),
    usesScript: flag(params, 'use_stripe_sdk'),
  })
  if (error) throw new ApiError(402, { ...error, setup_intent: structuredClone(intent) })
  return intent
}

function unexpectedState(intent: Stripe.SetupIntent, action: string): ApiError {
  return refused(`You cannot ${action} this SetupIntent because it has a status of ${intent.status}.`, {
    code: 'setup_intent_unexpected_state',
    setup_intent: structuredClone(intent),
  })
}
