import { inventory } from '#modules/inventory/contract.ts'
import { payments } from '#modules/payments/contract.ts'
import { step, workflow } from '#runtime/module/workflow.ts'
import { type Order, orders } from '../contract.ts'
import { returnedOf } from '../rules/returned.ts'

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
 * Takes back a confirmed order: at first the order itself and its goods, so that it can't be sent any more, then the
 * money, which is asked for until the provider has answered.
 */
export const cancelOrderWorkflow = workflow<CancelOrderInput, State, Order>('cancelOrder', {
  idPrefix: 'can',
  begin: ({ orderId, intentId }) => ({ orderId, intentId, paymentStatus: 'refunded', order: null }),
  steps: [
    step(orders, 'markCancelled', {
      input: ({ orderId }: State) => ({ orderId, paymentStatus: 'paid' as const, reason: REASON }),
    }),
    step(inventory, 'restock', { input: ({ orderId }: State) => ({ reservationId: orderId }) }),
    step(payments, 'cancelIntent', {
      input: ({ intentId }: State) => ({ intentId, reason: REASON }),
      save: (intent) => ({ paymentStatus: returnedOf(intent) }),
    }),
    step(orders, 'noteRefund', {
      input: ({ orderId, paymentStatus }: State) => ({ orderId, paymentStatus }),
      save: (order) => ({ order }),
    }),
  ],
  answer: (state) => state.order!,
  // There is no way back: a provider that is away for longer is for a person to look at.
  deadlineMs: 30 * DAY_MS,
  expired: {
    code: 'REFUND_UNFINISHED',
    status: 503,
    message: 'Cannot give the money back: the provider did not answer for 30 days',
  },
})
