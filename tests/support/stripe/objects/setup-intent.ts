import type Stripe from 'stripe'
import type { Scope } from '../world.ts'

export function newSetupIntent(scope: Scope, known: Partial<Stripe.SetupIntent>): Stripe.SetupIntent {
  const id = scope.world.newId('seti_')
  const intent: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${scope.world.newId('', 25)}`,
    created: scope.now(),
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: scope.livemode,
    managed_payments: null,
    mandate: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
    ...known,
  }
  scope.put('setup_intent', intent)
  scope.emit('setup_intent.created', intent)
  return intent
}
