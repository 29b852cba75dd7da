import type { Handles } from '../needs.ts'
import { paymentEntry } from '../rules/payment-entry.ts'
import { updateRefund } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/**
 * Emits `orderCancelled`, which `markCancelled` has left out, so that the email to the buyer can confirm the refund. A repeat
 * does not emit it again.
 */
export const recordRefund: Handles<'recordRefund'> = async ({ orderId, paymentStatus }, context) =>
  context.commit(async ({ sql, emit }) => {
    const refunded = await updateRefund(
      sql,
      orderId,
      paymentStatus,
      paymentEntry(paymentStatus, context.now()),
    )
    const order = showToOwner(refunded ?? (await findOrFail(context, orderId, sql)))
    if (refunded) emit('orderCancelled', { orderId, order })
    return order
  })
