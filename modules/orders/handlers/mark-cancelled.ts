import type { Handles } from '../needs.ts'
import { moveOrder } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

export const markCancelled: Handles<'markCancelled'> = async ({ orderId, paymentStatus, reason }, context) =>
  context.commitStatement(async (sql) => {
    const step = { to: 'cancelled', paymentStatus, reason, note: reason, at: context.now() } as const
    const cancelled = await moveOrder(sql, orderId, step)
    if (cancelled) return showToOwner(cancelled)
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
