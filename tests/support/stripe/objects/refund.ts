import type Stripe from 'stripe'
import type { Scope } from '../world.ts'

export function newRefund(
  scope: Scope,
  charge: Stripe.Charge,
  known: Pick<Stripe.Refund, 'amount'> & Partial<Stripe.Refund>,
): Stripe.Refund {
  const refund: Stripe.Refund = {
    id: scope.world.newId(charge.id.startsWith('py_') ? 'pyr_' : 're_'),
    object: 'refund',
    balance_transaction: null,
    charge: charge.id,
    created: scope.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: charge.id.startsWith('py_')
      ? { type: 'us_bank_transfer', us_bank_transfer: { reference: null, reference_status: 'pending' } }
      : {
          type: 'card',
          card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
        },
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
    ...known,
  }
  scope.put('refund', refund)
  return refund
}
