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

/** The input of `markCancelled` for a failed checkout. `notifyBuyer`: whether the buyer gets an email about its end. */
export function checkoutEnd(state: FailedCheckout): {
  paymentStatus: Static<typeof PaymentStatus>
  reason: string
  notifyBuyer: boolean
} {
  return {
    paymentStatus: paymentStatusOf(state),
    reason: reasonOf(state),
    notifyBuyer: isUnknownToBuyer(state),
  }
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
 * A refund is always confirmed by email. Otherwise the buyer gets an email only if the order had waited for its payment
 * (`order` is set) and its end is not the buyer's own act: a cancellation in the shop, or a refusal on the bank's page,
 * which is a decline while the status is `requires_action`. The answer to `placeOrder` reports the other ends.
 */
function isUnknownToBuyer({ outcome, returned, endedBy, order }: FailedCheckout): boolean {
  if (returned === 'refunded') return true
  if (order === null || endedBy === 'shopper' || endedBy === 'limit') return false
  return outcome?.status !== 'declined' || order.payment.status !== 'requires_action'
}
