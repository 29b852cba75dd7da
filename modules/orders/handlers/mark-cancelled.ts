import type { Handles } from '../needs.ts'
import { paymentNote } from '../rules/payment-note.ts'
import { moveOrder } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** If the payment is not refunded yet (`paid`), `noteRefund` records the refund and emits the event later. */
export const markCancelled: Handles<'markCancelled'> = async (
  { orderId, paymentStatus, reason, tell = false },
  context,
) =>
  context.commit(async ({ sql, emit }) => {
    const at = context.now()
    const more = paymentStatus === 'paid' ? [] : [paymentNote(paymentStatus, at)]
    const step = { to: 'cancelled', paymentStatus, reason, note: reason, more, at } as const
    const cancelled = await moveOrder(sql, orderId, step)
    if (cancelled) {
      const order = showToOwner(cancelled)
      if (tell) emit('orderCancelled', { orderId, order })
      return order
    }
    const present = await findOrFail(context, orderId, sql)
    if (present.status !== 'cancelled') {
      throw context.fail(
        'ORDER_NOT_CANCELLABLE',
        `Cannot cancel order "${orderId}": it is ${present.status}`,
        {
          status: present.status,
        },
      )
    }
    return showToOwner(present)
  })
