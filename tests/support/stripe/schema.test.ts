import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { payBy } from './testing.ts'
import { apiVersion } from './world.ts'

/**
 * The members that an object always has, without those of every object (id, object, created, livemode), from the types of
 * the SDK 23.1.0. Stripe generates them from its OpenAPI description v2596 for the API 2026-10-28.endive.
 */
const required = {
  payment_intent:
    'allowed_payment_method_types amount amount_capturable amount_received application application_fee_amount automatic_payment_methods canceled_at cancellation_reason capture_method client_secret confirmation_method currency customer customer_account description excluded_payment_method_types last_payment_error latest_charge managed_payments metadata next_action on_behalf_of payment_method payment_method_configuration_details payment_method_options payment_method_types payment_record processing receipt_email review setup_future_usage shipping source statement_descriptor statement_descriptor_suffix status transfer_group',
  charge:
    'amount amount_captured amount_refunded application application_fee application_fee_amount balance_transaction billing_details calculated_statement_descriptor captured currency customer description disputed failure_balance_transaction failure_code failure_message fraud_details metadata on_behalf_of outcome paid payment_intent payment_method payment_method_details receipt_email receipt_number receipt_url refunded review shipping source source_transfer statement_descriptor statement_descriptor_suffix status transfer_data transfer_group',
  refund:
    'amount balance_transaction charge currency customer customer_account metadata payment_intent payment_method reason receipt_number source_transfer_reversal status transfer_reversal',
  event: 'api_version data pending_webhooks request type',
  dispute:
    'amount balance_transactions charge currency enhanced_eligibility_types evidence evidence_details intended_submission_method is_charge_refundable metadata payment_intent reason status',
  'checkout.session':
    'adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types amount_subtotal amount_total automatic_tax billing_address_collection cancel_url client_reference_id client_secret collected_information consent consent_collection currency currency_conversion custom_fields custom_text customer customer_account customer_creation customer_details customer_email discounts expires_at integration_identifier invoice invoice_creation locale managed_payments metadata mode origin_context payment_intent payment_link payment_method_collection payment_method_configuration_details payment_method_options payment_method_types payment_status permissions recovered_from saved_payment_method_options setup_intent shipping_address_collection shipping_cost shipping_options status submit_type subscription success_url total_details ui_mode url wallet_options',
  balance_transaction:
    'amount available_on balance_type currency description exchange_rate fee fee_details net reporting_category source status type',
  setup_intent:
    'allowed_payment_method_types application automatic_payment_methods cancellation_reason client_secret customer description excluded_payment_method_types last_setup_error latest_attempt mandate metadata next_action on_behalf_of payment_method payment_method_configuration_details payment_method_options payment_method_types single_use_mandate status usage',
}

/** Objects that have no `livemode`. */
const WITHOUT_MODE = ['refund', 'balance_transaction']

let emulator: RunningStripeEmulator
let stripe: Stripe
const objects: Record<string, object> = {}

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
  const intent = await payBy(stripe, 'pm_card_createDispute', { expand: ['latest_charge'] })
  const other = await payBy(stripe, 'pm_card_visa')
  objects.payment_intent = intent
  objects.charge = intent.latest_charge as Stripe.Charge
  objects.refund = await stripe.refunds.create({ payment_intent: other.id })
  objects.event = (await stripe.events.list({ limit: 1 })).data[0]!
  objects.dispute = (await stripe.disputes.list()).data[0]!
  objects['checkout.session'] = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example.com/done',
    line_items: [
      { quantity: 1, price_data: { currency: 'eur', unit_amount: 1000, product_data: { name: 'Order' } } },
    ],
  })
  objects.balance_transaction = (await stripe.balanceTransactions.list()).data[0]!
  objects.setup_intent = await stripe.setupIntents.create({})
})
afterAll(() => emulator.stop())

describe('the objects', () => {
  it.each(Object.entries(required))('%s has every member that Stripe always sends', (name, members) => {
    const common = ['id', 'object', 'created', ...(WITHOUT_MODE.includes(name) ? [] : ['livemode'])]
    const missing = [...common, ...members.split(' ')].filter((member) => !(member in objects[name]!))
    expect(missing).toEqual([])
  })
})

it('The emulator speaks the API version that the SDK pins', () => {
  expect(Stripe.API_VERSION).toBe(apiVersion)
})
