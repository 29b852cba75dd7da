import type { Static } from 'typebox'
import type { Outcome } from '#modules/payments/contract.ts'
import type { Order, PaymentStatus } from '../contract.ts'

interface Ended {
  /** The provider's last word. */
  outcome: Outcome | null
  /** How the provider gave the payment up, where it had to. */
  returned: 'declined' | 'voided' | 'refunded' | null
  endedBy: 'shopper' | 'shop' | 'time' | 'limit' | null
  /** As it waited for its payment; null where it did not. */
  order: { payment: Pick<Order['payment'], 'status'> } | null
}

/** Of an order that did not come about: what became of its payment, why it ended, and whether its buyer gets a mail. */
export function endOf(state: Ended): {
  paymentStatus: Static<typeof PaymentStatus>
  reason: string
  tell: boolean
} {
  return { paymentStatus: paymentStatusOf(state), reason: reasonOf(state), tell: isNews(state) }
}

function paymentStatusOf({ outcome, returned }: Ended): Static<typeof PaymentStatus> {
  return outcome?.status === 'declined' ? 'declined' : (returned ?? 'voided')
}

function reasonOf({ outcome, endedBy }: Ended): string {
  if (outcome?.status === 'declined') return outcome.reason ?? 'The payment was declined'
  switch (endedBy) {
    case 'shopper':
      return 'The order was cancelled'
    case 'shop':
      return 'The shop cancelled the order'
    case 'limit':
      return 'Too many pieces were waiting for their payment already'
    case 'time':
      return 'The payment was not completed in time'
    case null:
      return 'The goods were gone before the payment was complete'
  }
}

/**
 * Money that came and went is written down for its owner in any case. Else it is news where the order had been taken and
 * ended by itself: not what the answer to `placeOrder` has said, nor what the buyer has done here or at the bank.
 */
function isNews({ outcome, returned, endedBy, order }: Ended): boolean {
  if (returned === 'refunded') return true
  if (order === null || endedBy === 'shopper' || endedBy === 'limit') return false
  return outcome?.status !== 'declined' || order.payment.status !== 'requires_action'
}
