import type { Handles } from '../needs.ts'
import { paymentNote } from '../rules/payment-note.ts'
import { keepRefund } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** The event goes out here, when the shopper can be told that the money is back, and once. */
export const noteRefund: Handles<'noteRefund'> = async ({ orderId, paymentStatus }, context) =>
  context.commit(async ({ sql, emit }) => {
    const refunded = await keepRefund(sql, orderId, paymentStatus, paymentNote(paymentStatus, context.now()))
    const order = showToOwner(refunded ?? (await findOrFail(context, orderId, sql)))
    if (refunded) emit('orderCancelled', { orderId, order })
    return order
  })
