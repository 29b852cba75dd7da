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
    // A pending order is being compensated now. The engine retries while the provider does not answer.
    case 'pending':
    case 'cancelled':
      return context.unchanged(showOrder(order, context.caller))
  }
}

/**
 * Aborts a checkout that waits for its payment. If another request is running it, this one waits for that request: the
 * checkout has ended then, or waits again.
 */
async function abortCheckout(order: StoredOrder, context: Context): Promise<StoredOrder> {
  const { id } = order
  const endedBy = owns(order, context.caller) ? 'shopper' : 'shop'
  const failure = new Failure('ORDER_CANCELLED', 409, 'Cannot complete the order: it was cancelled')
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const aborted = await context.abort(placeOrderWorkflow, id, failure, { endedBy })
    const checkout = aborted ? 'undoing' : await context.untilSettled(id)
    const now = await findReadable(context, id)
    if (checkout === 'undoing' || now.status !== 'pending') return now
  }
  throw runtimeFailure(
    'UNAVAILABLE',
    `Cannot cancel order "${id}" now: its payment is in progress. Try again`,
    {
      retryAfterSeconds: 2,
    },
  )
}

/** Cancels the order even while the provider does not answer: the workflow refunds the money later. */
async function cancelConfirmed({ id, intentId }: StoredOrder, context: Context) {
  try {
    return await context.start(cancelOrderWorkflow, { orderId: id, intentId })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE') throw error
    return context.unchanged(showOrder(await findReadable(context, id), context.caller))
  }
}
