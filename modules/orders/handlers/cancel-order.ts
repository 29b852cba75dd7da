import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { mayCancel } from '../rules/access.ts'
import { canBecome } from '../rules/transitions.ts'
import { cancelOrderWorkflow } from '../workflows/cancel-order.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'
import { findReadable } from './find-or-fail.ts'
import { showOrder } from './show-order.ts'

/**
 * A pending order ends by undoing its checkout; a confirmed one by a cancellation of its own. When the provider does
 * not answer, the order is cancelled all the same and its money follows.
 */
export const cancelOrder: Handles<'cancelOrder'> = async ({ orderId }, context) => {
  let order = await findReadable(context, orderId)
  if (order.status === 'pending' && mayCancel(order, context.caller)) {
    const undone = await context.abort(placeOrderWorkflow, orderId, cancelled(), { endedBy: 'shopper' })
    order = await findReadable(context, orderId)
    if (!undone && order.status === 'pending') {
      throw runtimeFailure(
        'UNAVAILABLE',
        `Cannot cancel order "${orderId}" now: its payment is under way. Try again`,
        {
          retryAfterSeconds: 2,
        },
      )
    }
  }
  if (order.status === 'confirmed' && mayCancel(order, context.caller)) {
    try {
      return await context.start(cancelOrderWorkflow, { orderId, intentId: order.intentId })
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE') throw error
      order = await findReadable(context, orderId)
    }
  }
  if (canBecome(order.status, 'cancelled') && !mayCancel(order, context.caller)) {
    throw runtimeFailure('FORBIDDEN', 'Cannot cancel this order: it takes the permission "orders.write"')
  }
  if (order.status === 'fulfilled') {
    throw context.fail('ORDER_NOT_CANCELLABLE', `Cannot cancel order "${orderId}": it is on its way`, {
      status: order.status,
    })
  }
  return context.unchanged(showOrder(order, context.caller))
}

function cancelled(): Failure {
  return new Failure('ORDER_CANCELLED', 409, 'Cannot finish the order: it was cancelled')
}
