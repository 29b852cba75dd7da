import type { Static } from 'typebox'
import type { Outcome } from '#modules/payments/contract.ts'
import type { PaymentStatus } from '../contract.ts'

/** What an order that did not come about tells of its payment, and why it ended. */
export function endOf(state: {
  /** The provider's last word. */
  outcome: Outcome | null
  /** How the provider gave the payment up, where it had to. */
  returned: 'declined' | 'voided' | 'refunded' | null
  endedBy: 'shopper' | 'time' | 'limit' | null
}): { paymentStatus: Static<typeof PaymentStatus>; reason: string } {
  const { outcome, returned, endedBy } = state
  if (outcome?.status === 'declined') {
    return { paymentStatus: 'declined', reason: outcome.reason ?? 'The payment was declined' }
  }
  const paymentStatus = returned ?? 'voided'
  if (endedBy === 'shopper') return { paymentStatus, reason: 'The order was cancelled' }
  if (endedBy === 'limit')
    return { paymentStatus, reason: 'Too many pieces were waiting for their payment already' }
  if (endedBy === 'time') return { paymentStatus, reason: 'The payment was not completed in time' }
  return { paymentStatus, reason: 'The goods were gone before the payment was complete' }
}
