import { Failure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'
import { findReadable } from './find-or-fail.ts'
import { showOrder } from './show-order.ts'

/** Does not fail when the payment has failed: the returned order contains the result. */
export const confirmPayment: Handles<'confirmPayment'> = async ({ orderId }, context) => {
  const order = await findReadable(context, orderId)
  if (order.status !== 'pending') return context.unchanged(showOrder(order, context.caller))
  try {
    await context.resume(placeOrderWorkflow, orderId)
  } catch (error) {
    // A checkout that fails with the payment has cancelled the order, which is read below
    if (!(error instanceof Failure)) throw error
  }
  // The workflow has committed the changes
  return context.unchanged(showOrder(await findReadable(context, orderId), context.caller))
}
