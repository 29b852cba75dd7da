import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { mayCancel, owns } from '../rules/access.ts'
import { canBecome } from '../rules/transitions.ts'
import type { StoredOrder } from '../store.ts'
import { cancelOrderWorkflow } from '../workflows/cancel-order.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'
import { findReadable } from './find-or-fail.ts'
import { showOrder } from './show-order.ts'

type Context = Parameters<Handles<'cancelOrder'>>[1]

const ATTEMPTS = 3

/** Cancels a pending order by aborting its checkout, and a confirmed one by a cancellation workflow. */
export const cancelOrder: Handles<'cancelOrder'> = async ({ orderId }, context) => {
  const found = await findReadable(context, orderId)
  // `mayCancel` is also false for orders that no caller can cancel any more; the switch handles those
  if (canBecome(found.status, 'cancelled') && !mayCancel(found, context.caller)) {
    throw context.fail(
      'FORBIDDEN',
      `Cannot cancel order "${orderId}": the permission "orders.write" is missing`,
    )
  }
  const order = found.status === 'pending' ? await abortCheckout(found, context) : found
  switch (order.status) {
    case 'confirmed':
      return cancelConfirmed(order, context)
    case 'fulfilled':
      throw context.fail(
        'ORDER_NOT_CANCELLABLE',
        `Cannot cancel order "${orderId}": it is already fulfilled`,
        {
          status: order.status,
        },
      )
    // Pending: the checkout is being compensated, and the engine retries that until the provider answers.
    // `unchanged`, because the workflow has committed the changes
    case 'pending':
    case 'cancelled':
      return context.unchanged(showOrder(order, context.caller))
  }
}

/**
 * Aborts a checkout that waits for its payment, and returns its order. If another request runs the checkout, waits
 * until that request has ended it, or until the checkout waits for its payment again and can be aborted.
 */
async function abortCheckout(order: StoredOrder, context: Context): Promise<StoredOrder> {
  const { id } = order
  const endedBy = owns(order, context.caller) ? 'shopper' : 'shop'
  const failure = new Failure('ORDER_CANCELLED', 409, 'Cannot complete the order: it was cancelled')
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const isAborted = await context.abort(placeOrderWorkflow, id, failure, { endedBy })
    const isUndoing = isAborted || (await context.untilSettled(id)) === 'undoing'
    const current = await findReadable(context, id)
    if (isUndoing || current.status !== 'pending') return current
  }
  throw runtimeFailure(
    'UNAVAILABLE',
    `Cannot cancel order "${id}" now: its payment is in progress. Try again`,
    {
      retryAfterSeconds: 2,
    },
  )
}

/** Cancels the order. Does not fail when the provider does not answer: the workflow refunds the money later. */
async function cancelConfirmed({ id, intentId }: StoredOrder, context: Context) {
  try {
    return await context.start(cancelOrderWorkflow, { orderId: id, intentId })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE') throw error
    // The workflow has committed the cancellation
    return context.unchanged(showOrder(await findReadable(context, id), context.caller))
  }
}
