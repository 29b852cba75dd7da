import type { Handles } from '../needs.ts'
import { paymentNote } from '../rules/payment-note.ts'
import { updateRefund } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** Emits the event only now and only once, so that the email to the shopper can confirm the refund. */
export const noteRefund: Handles<'noteRefund'> = async ({ orderId, paymentStatus }, context) =>
  context.commit(async ({ sql, emit }) => {
    const refunded = await updateRefund(
      sql,
      orderId,
      paymentStatus,
      paymentNote(paymentStatus, context.now()),
    )
    const order = showToOwner(refunded ?? (await findOrFail(context, orderId, sql)))
    if (refunded) emit('orderCancelled', { orderId, order })
    return order
  })
