import type { Static } from 'typebox'
import type { Outcome } from '#modules/payments/contract.ts'
import type { Order, PaymentStatus } from '../contract.ts'

interface FailedCheckout {
  /** The last outcome of the payment. */
  outcome: Outcome | null
  /** The payment's status after its cancellation; null if it was not cancelled. */
  returned: 'declined' | 'voided' | 'refunded' | null
  endedBy: 'shopper' | 'shop' | 'time' | 'limit' | null
  /** The order while it waited for its payment; null if it did not wait. */
  order: { payment: Pick<Order['payment'], 'status'> } | null
}

/** The final payment status of a failed checkout, its reason, and whether to inform the buyer by email (`tell`). */
export function checkoutEnd(state: FailedCheckout): {
  paymentStatus: Static<typeof PaymentStatus>
  reason: string
  tell: boolean
} {
  return { paymentStatus: paymentStatusOf(state), reason: reasonOf(state), tell: isUnknownToBuyer(state) }
}

function paymentStatusOf({ outcome, returned }: FailedCheckout): Static<typeof PaymentStatus> {
  return outcome?.status === 'declined' ? 'declined' : (returned ?? 'voided')
}

function reasonOf({ outcome, endedBy }: FailedCheckout): string {
  if (outcome?.status === 'declined') return outcome.reason ?? 'The payment was declined'
  switch (endedBy) {
    case 'shopper':
      return 'The order was cancelled'
    case 'shop':
      return 'The shop cancelled the order'
    case 'limit':
      return 'Too many items were already waiting for payment'
    case 'time':
      return 'The payment was not completed in time'
    case null:
      return 'The items sold out before the payment was complete'
  }
}

/**
 * A refund is always confirmed by email. Otherwise the buyer gets an email only if an accepted order ended without
 * their doing. They need none if the answer to `placeOrder` already said so, or if they cancelled here or refused at
 * the bank.
 */
function isUnknownToBuyer({ outcome, returned, endedBy, order }: FailedCheckout): boolean {
  if (returned === 'refunded') return true
  if (order === null || endedBy === 'shopper' || endedBy === 'limit') return false
  return outcome?.status !== 'declined' || order.payment.status !== 'requires_action'
}
