import type { Handles } from '../needs.ts'
import { paymentEntry } from '../rules/payment-entry.ts'
import { changeStatus } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/**
 * With `paymentStatus: 'paid'` the refund is still to come: `recordRefund` adds its history entry and emits
 * `orderCancelled` later.
 */
export const markCancelled: Handles<'markCancelled'> = async (
  { orderId, paymentStatus, reason, notifyBuyer = false },
  context,
) =>
  context.commit(async ({ sql, emit }) => {
    const at = context.now()
    const paymentEntries = paymentStatus === 'paid' ? [] : [paymentEntry(paymentStatus, at)]
    const change = { to: 'cancelled', paymentStatus, reason, note: reason, paymentEntries, at } as const
    const cancelled = await changeStatus(sql, orderId, change)
    if (cancelled) {
      const order = showToOwner(cancelled)
      if (notifyBuyer) emit('orderCancelled', { orderId, order })
      return order
    }
    const unchanged = await findOrFail(context, orderId, sql)
    if (unchanged.status !== 'cancelled') {
      throw context.fail(
        'ORDER_NOT_CANCELLABLE',
        `Cannot cancel order "${orderId}": it is ${unchanged.status}`,
        { status: unchanged.status },
      )
    }
    return showToOwner(unchanged)
  })
