import type Stripe from 'stripe'
import type { TestMethod } from '../test-methods.ts'
import type { Scope } from '../world.ts'

const noBillingDetails: Stripe.PaymentMethod.BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
}

export function newPaymentMethod(
  scope: Scope,
  method: TestMethod,
  known: Partial<Stripe.PaymentMethod> = {},
): Stripe.PaymentMethod {
  const item: Stripe.PaymentMethod = {
    id: scope.world.newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: structuredClone(noBillingDetails),
    created: scope.now(),
    customer: null,
    customer_account: null,
    livemode: scope.livemode,
    metadata: {},
    type: method.type,
    ...(method.type === 'card' ? { card: cardOf(method) } : { us_bank_account: bankAccountOf(method) }),
    ...known,
  }
  scope.put('payment_method', item)
  scope.hidden(item.id).method = method
  return item
}

function cardOf({ brand, number }: TestMethod): Stripe.PaymentMethod.Card {
  return {
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: brand,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: `test${number.slice(-12)}`,
    funding: 'credit',
    generated_from: null,
    last4: number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

function bankAccountOf({ brand, number }: TestMethod): Stripe.PaymentMethod.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: brand,
    financial_connections_account: null,
    fingerprint: `testbank${number}`,
    last4: number,
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  }
}
