import { inventory } from '#modules/inventory/contract.ts'
import { payments } from '#modules/payments/contract.ts'
import { pricing } from '#modules/pricing/contract.ts'
import { step, workflow } from '#runtime/module/workflow.ts'
import { type Order, orders } from '../contract.ts'
import { cancelledPaymentStatus } from '../rules/cancelled-payment-status.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const REASON = 'The order was cancelled'

export interface CancelOrderInput {
  orderId: string
  intentId: string
}

interface State extends CancelOrderInput {
  paymentStatus: 'declined' | 'voided' | 'refunded'
  order: Order | null
}

/**
 * Cancels a confirmed order: first the order and its stock, so that it cannot be shipped any more, then the payment.
 * Repeats the request for the refund until the provider answers.
 */
export const cancelOrderWorkflow = workflow<CancelOrderInput, State, Order>('cancelOrder', {
  idPrefix: 'can',
  begin: ({ orderId, intentId }) => ({ orderId, intentId, paymentStatus: 'refunded', order: null }),
  steps: [
    step(orders, 'markCancelled', {
      // Paid until `recordRefund` records the refund
      input: ({ orderId }: State) => ({ orderId, paymentStatus: 'paid' as const, reason: REASON }),
    }),
    step(inventory, 'restock', { input: ({ orderId }: State) => ({ reservationId: orderId }) }),
    step(payments, 'cancelIntent', {
      input: ({ intentId }: State) => ({ intentId, reason: REASON }),
      save: (intent) => ({ paymentStatus: cancelledPaymentStatus(intent) }),
    }),
    step(orders, 'recordRefund', {
      input: ({ orderId, paymentStatus }: State) => ({ orderId, paymentStatus }),
      save: (order) => ({ order }),
    }),
    // The last step, so that workflows of an older version, which lack it, continue at the right one
    step(pricing, 'restorePromotions', { input: ({ orderId }: State) => ({ orderId }) }),
  ],
  answer: (state) => state.order!,
  // A cancellation cannot be compensated. If the provider is down for longer, an operator must act.
  deadlineMs: 30 * DAY_MS,
  expired: {
    code: 'REFUND_UNFINISHED',
    status: 503,
    message: 'Cannot refund the payment: the provider did not answer for 30 days',
  },
})
