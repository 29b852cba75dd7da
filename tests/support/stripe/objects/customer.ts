import type Stripe from 'stripe'
import type { Scope } from '../world.ts'

export function newCustomer(scope: Scope, known: Partial<Stripe.Customer>): Stripe.Customer {
  const customer: Stripe.Customer = {
    id: scope.world.newId('cus_', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: scope.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: scope.world.newId('', 8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: scope.livemode,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...known,
  }
  scope.put('customer', customer)
  scope.emit('customer.created', customer)
  return customer
}
