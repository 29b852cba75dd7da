import type Stripe from 'stripe'
import { invalidParam, refused } from '../api-error.ts'
import { expireSession } from '../checkout.ts'
import type { Param, Params } from '../form.ts'
import { newCheckoutSession } from '../objects/checkout-session.ts'
import { integer, list, metadata, nested, oneOf, requiredText, text } from '../read-params.ts'
import { checkAmount, readCurrency } from './amounts.ts'
import { listRoute, retrieveRoute } from './lists.ts'
import { typesFor } from './payment-intents.ts'
import { type Call, type Names, type Route, readAllowedTypes } from './route.ts'

const MIN_SECONDS = 30 * 60
const MAX_SECONDS = 24 * 3600

export const checkoutSessionRoutes: Route[] = [
  {
    verb: 'POST',
    path: '/v1/checkout/sessions',
    params: [
      'allowed_payment_method_types',
      'cancel_url',
      'client_reference_id',
      'customer',
      'customer_email',
      'expand',
      'expires_at',
      'line_items',
      'locale',
      'metadata',
      'mode',
      'payment_intent_data',
      'success_url',
      'ui_mode',
    ] satisfies Names<Stripe.Checkout.SessionCreateParams>,
    handle: create,
  },
  listRoute('/v1/checkout/sessions', 'checkout.session'),
  retrieveRoute('/v1/checkout/sessions/:id', 'checkout.session'),
  {
    verb: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    params: ['expand'],
    handle({ scope, id }) {
      const session = scope.get('checkout.session', id)
      if (session.status !== 'open')
        throw refused(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
        )
      expireSession(scope, session)
      return session
    },
  },
]

function create({ scope, params }: Call): Stripe.Checkout.Session {
  oneOf(params, 'mode', ['payment'])
  oneOf(params, 'ui_mode', ['hosted_page'])
  const items = list(params, 'line_items').map(readItem)
  const [first] = items
  if (!first) throw invalidParam('parameter_missing', 'line_items', 'Missing required param: line_items.')
  if (items.some(({ currency }) => currency !== first.currency))
    throw invalidParam('parameter_invalid', 'line_items', 'All line items must have the same currency.')
  const total = checkAmount(
    items.reduce((sum, { amount }) => sum + amount, 0),
    first.currency,
    'line_items',
  )
  const customer = text(params, 'customer')
  const allowed = readAllowedTypes(params)
  const session = newCheckoutSession(scope, {
    amount_total: total,
    currency: first.currency,
    expires_at: readExpiry(params, scope.now()),
    success_url: requiredText(params, 'success_url'),
    cancel_url: text(params, 'cancel_url') ?? null,
    client_reference_id: text(params, 'client_reference_id') ?? null,
    customer: customer ? scope.get('customer', customer, 'customer').id : null,
    customer_email: text(params, 'customer_email') ?? null,
    metadata: metadata(params),
    allowed_payment_method_types: allowed,
    locale: (text(params, 'locale') ?? null) as Stripe.Checkout.Session.Locale | null,
    payment_method_types: typesFor(first.currency, allowed),
  })
  const intent = nested(params, 'payment_intent_data')
  Object.assign(scope.hidden(session.id), {
    dueAt: session.expires_at,
    intentData: {
      captureMethod:
        oneOf(intent, 'capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
      metadata: metadata(intent),
      setupFutureUsage: oneOf(intent, 'setup_future_usage', ['off_session', 'on_session']) ?? null,
      description: text(intent, 'description') ?? null,
    },
  })
  return session
}

function readItem(item: Param, index: number): { amount: number; currency: string } {
  const name = `line_items[${index}]`
  if (typeof item === 'string' || Array.isArray(item))
    throw invalidParam('parameter_invalid_object', name, `Invalid object: ${name}`)
  const price = nested(item, 'price_data')
  requiredText(nested(price, 'product_data'), 'name')
  const unit = integer(price, 'unit_amount')
  if (unit === undefined || unit < 0)
    throw invalidParam(
      'parameter_missing',
      `${name}[price_data][unit_amount]`,
      'Missing required param: unit_amount.',
    )
  return { amount: unit * (integer(item, 'quantity') ?? 1), currency: readCurrency(price) }
}

function readExpiry(params: Params, now: number): number {
  const at = integer(params, 'expires_at') ?? now + MAX_SECONDS
  if (at < now + MIN_SECONDS || at > now + MAX_SECONDS)
    throw invalidParam(
      'parameter_invalid',
      'expires_at',
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
    )
  return at
}
