import type Stripe from 'stripe'
import { invalidParam, refused } from '../api-error.ts'
import type { Params } from '../form.ts'
import { newCustomer } from '../objects/customer.ts'
import { flag, list, metadata, nested, requiredText, text } from '../read-params.ts'
import { listRoute, retrieveRoute } from './lists.ts'
import { type Call, createMethod, type Names, type Route, readMethod } from './route.ts'

const SESSION_SECONDS = 30 * 60
const members = [
  'address',
  'description',
  'email',
  'expand',
  'metadata',
  'name',
  'phone',
  'shipping',
] satisfies Names<Stripe.CustomerCreateParams>

export const customerRoutes: Route[] = [
  {
    verb: 'POST',
    path: '/v1/customers',
    params: members,
    handle: ({ scope, params }) => newCustomer(scope, { metadata: metadata(params), ...detailsOf(params) }),
  },
  listRoute('/v1/customers', 'customer'),
  retrieveRoute('/v1/customers/:id', 'customer'),
  {
    verb: 'POST',
    path: '/v1/customers/:id',
    params: members,
    handle({ scope, params, id }) {
      const customer = scope.get('customer', id)
      Object.assign(customer, { metadata: metadata(params, customer.metadata), ...detailsOf(params) })
      scope.emit('customer.updated', customer)
      return customer
    },
  },
  {
    verb: 'DELETE',
    path: '/v1/customers/:id',
    handle({ scope, id }) {
      const customer = scope.get('customer', id)
      for (const method of scope.all('payment_method').filter(({ customer: of }) => of === id))
        detach(method, scope)
      scope.world.delete('customer', id)
      scope.emit('customer.deleted', customer)
      return { id, object: 'customer', deleted: true }
    },
  },
  {
    verb: 'POST',
    path: '/v1/customer_sessions',
    params: ['components', 'customer', 'expand'] satisfies Names<Stripe.CustomerSessionCreateParams>,
    handle: createSession,
  },
  {
    verb: 'POST',
    path: '/v1/payment_methods',
    params: [
      'allow_redisplay',
      'billing_details',
      'card',
      'expand',
      'type',
      'us_bank_account',
    ] satisfies Names<Stripe.PaymentMethodCreateParams>,
    isForBrowsers: true,
    handle: (call) => createMethod(call, call.params),
  },
  {
    ...listRoute('/v1/payment_methods', 'payment_method'),
    handle(call) {
      if (!text(call.params, 'customer'))
        throw invalidParam('parameter_missing', 'customer', 'Missing required param: customer.')
      return listRoute('/v1/payment_methods', 'payment_method').handle(call)
    },
  },
  retrieveRoute('/v1/payment_methods/:id', 'payment_method'),
  {
    verb: 'POST',
    path: '/v1/payment_methods/:id/attach',
    params: ['customer', 'expand'],
    handle: attach,
  },
  {
    verb: 'POST',
    path: '/v1/payment_methods/:id/detach',
    params: ['expand'],
    handle({ scope, id }) {
      const method = scope.get('payment_method', id)
      if (!method.customer)
        throw refused(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
        )
      return detach(method, scope)
    },
  },
]

function attach(call: Call): Stripe.PaymentMethod {
  const customer = call.scope.get('customer', requiredText(call.params, 'customer'), 'customer')
  // A magic id makes a new payment method, like in all requests that take one
  const method = readMethod({ ...call, params: { payment_method: call.id } }, customer.id)!
  if (call.scope.hidden(method.id).method!.decline && method.type === 'card')
    throw refused('Your card was declined.', { code: 'card_declined' })
  method.customer = customer.id
  call.scope.emit('payment_method.attached', method)
  return method
}

function detach(method: Stripe.PaymentMethod, scope: Call['scope']): Stripe.PaymentMethod {
  const previous = { customer: method.customer }
  method.customer = null
  scope.hidden(method.id).isUsedUp = true
  scope.emit('payment_method.detached', method, previous)
  return method
}

function createSession({ scope, params }: Call): Stripe.CustomerSession {
  const customer = scope.get('customer', requiredText(params, 'customer'), 'customer')
  const element = nested(nested(params, 'components'), 'payment_element')
  const features = nested(element, 'features')
  const switchOf = (name: string) => (text(features, name) === 'enabled' ? 'enabled' : 'disabled')
  const session: Stripe.CustomerSession = {
    object: 'customer_session',
    client_secret: scope.world.newId('cuss_secret_', 48),
    components: {
      active_entitlements: { enabled: false },
      buy_button: { enabled: false },
      customer_portal: { enabled: false },
      customer_sheet: { enabled: false, features: null },
      mobile_payment_element: { enabled: false, features: null },
      payment_element: {
        enabled: flag(element, 'enabled'),
        features: {
          payment_method_allow_redisplay_filters: list(
            features,
            'payment_method_allow_redisplay_filters',
          ).map(String) as ['always'],
          payment_method_redisplay: switchOf('payment_method_redisplay'),
          payment_method_redisplay_limit: 3,
          payment_method_remove: switchOf('payment_method_remove'),
          payment_method_save: switchOf('payment_method_save'),
          payment_method_save_usage:
            text(features, 'payment_method_save_usage') === 'off_session' ? 'off_session' : 'on_session',
        },
      },
      pricing_table: { enabled: false },
    },
    created: scope.now(),
    customer: customer.id,
    customer_account: null,
    expires_at: scope.now() + SESSION_SECONDS,
    livemode: scope.livemode,
  }
  scope.world.customerSessions.set(session.client_secret, session)
  return session
}

function detailsOf(params: Params): Partial<Stripe.Customer> {
  const texts = ['description', 'email', 'name', 'phone']
    .filter((name) => name in params)
    .map((name) => [name, text(params, name) ?? null])
  const objects = ['address', 'shipping']
    .filter((name) => params[name])
    .map((name) => [name, { ...nested(params, name) }])
  return Object.fromEntries([...texts, ...objects])
}
