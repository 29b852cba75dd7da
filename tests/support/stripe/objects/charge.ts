import type Stripe from 'stripe'
import type { Scope } from '../world.ts'

const DAY_SECONDS = 24 * 3600
/** How long a card's authorisation holds. */
export const HOLD_SECONDS = 7 * DAY_SECONDS

/** A charge that succeeded and is captured, unless `known` says otherwise. */
export function newCharge(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  known: Partial<Stripe.Charge>,
): Stripe.Charge {
  const id = scope.world.newId(method.type === 'card' ? 'ch_' : 'py_')
  const charge: Stripe.Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'TEST SHOP',
    captured: true,
    created: scope.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: scope.livemode,
    // The metadata are copied once; later changes of the intent do not reach the charge
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      risk_score: 20,
      seller_message: 'Payment complete.',
      type: 'authorized',
    },
    paid: true,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(scope, intent, method),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: `${scope.world.origin}/receipts/${id}`,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
    ...known,
  }
  scope.put('charge', charge)
  intent.latest_charge = id
  return charge
}

function detailsOf(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  { card, us_bank_account: bank, type }: Stripe.PaymentMethod,
): Stripe.Charge.PaymentMethodDetails {
  if (!card)
    return {
      type,
      us_bank_account: {
        account_holder_type: 'individual',
        account_type: 'checking',
        bank_name: bank?.bank_name ?? null,
        fingerprint: bank?.fingerprint ?? null,
        last4: bank?.last4 ?? null,
        payment_reference: null,
        routing_number: bank?.routing_number ?? null,
      },
    }
  return {
    type,
    card: {
      amount_authorized: intent.amount,
      authorization_code: '123456',
      brand: card.brand,
      ...(intent.capture_method === 'manual' ? { capture_before: scope.now() + HOLD_SECONDS } : {}),
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: '123456789012345',
      overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}
