import type { Static } from 'typebox'
import type { Outcome } from '#modules/payments/contract.ts'
import type { PaymentStatus } from '../contract.ts'

/**
 * What an order that did not come about tells of its payment, and why it ended. When nobody knows the provider's last
 * word it is `voided`: nothing is kept, and if anything was taken it went back.
 */
export function endOf(state: { outcome: Outcome | null; endedBy: 'shopper' | 'time' | null }): {
  paymentStatus: Static<typeof PaymentStatus>
  reason: string
} {
  const { outcome, endedBy } = state
  if (outcome?.status === 'declined') {
    return { paymentStatus: 'declined', reason: outcome.reason ?? 'The payment was declined' }
  }
  const paid = outcome?.status === 'succeeded' || outcome?.status === 'authorized'
  const paymentStatus = paid ? 'refunded' : 'voided'
  if (endedBy === 'shopper') return { paymentStatus, reason: 'The order was cancelled' }
  if (endedBy === 'time') return { paymentStatus, reason: 'The payment was not completed in time' }
  return { paymentStatus, reason: 'The goods were gone before the payment was complete' }
}
