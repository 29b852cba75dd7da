import type { Handles } from '../needs.ts'
import { moveOrder } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** Emits the event only with the change of status, so once: a repeat changes nothing. */
export const confirmOrder: Handles<'confirmOrder'> = async ({ orderId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const confirmed = await moveOrder(sql, orderId, {
      to: 'confirmed',
      paymentStatus: 'paid',
      at: context.now(),
    })
    if (confirmed) {
      const order = showToOwner(confirmed)
      emit('orderConfirmed', { orderId, order })
      return order
    }
    const present = await findOrFail(context, orderId, sql)
    if (present.status === 'cancelled') throw new Error(`Cannot confirm order "${orderId}": it is cancelled`)
    return showToOwner(present)
  })
