import type { Handles } from '../needs.ts'
import { changeStatus } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** Emits `orderConfirmed` only with the change of status, so a repeat does not emit it again. */
export const confirmOrder: Handles<'confirmOrder'> = async ({ orderId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const confirmed = await changeStatus(sql, orderId, {
      to: 'confirmed',
      paymentStatus: 'paid',
      at: context.now(),
    })
    if (confirmed) {
      const order = showToOwner(confirmed)
      emit('orderConfirmed', { orderId, order })
      return order
    }
    const unchanged = await findOrFail(context, orderId, sql)
    if (unchanged.status === 'cancelled')
      throw new Error(`Cannot confirm order "${orderId}": it is cancelled`)
    return showToOwner(unchanged)
  })
