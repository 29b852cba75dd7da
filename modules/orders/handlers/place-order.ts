import type { CheckoutSnapshot } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { FailureData } from '#runtime/contract/contract.ts'
import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import { isUnanswered, orElse } from '#runtime/contract/or-else.ts'
import type { Handles } from '../needs.ts'
import { describeShortage, nameShortage, type ShortLine } from '../rules/shortage.ts'
import { findOrder, type StoredOrder } from '../store.ts'
import { placeOrderWorkflow, RESERVATION_MS } from '../workflows/place-order.ts'
import { showOrder } from './show-order.ts'

type Context = Parameters<Handles<'placeOrder'>>[1]

export const placeOrder: Handles<'placeOrder'> = async ({ cartId, payment }, context) => {
  const checkout = await readCheckout(cartId, context)
  const reservedUntil = new Date(context.now().getTime() + RESERVATION_MS).toISOString()
  try {
    return await context.start(placeOrderWorkflow, { checkout, payment, reservedUntil })
  } catch (error) {
    if (isUnanswered(error)) return answerUnfinished(cartId, context)
    const lines = shortageIn(error, checkout)
    if (!lines) throw error
    throw context.fail('OUT_OF_STOCK', `Cannot place the order: ${describeShortage(lines)}`, { lines })
  }
}

/** Reads what is to be ordered; a cart that an earlier attempt has yet to let go can be ordered in a moment. */
async function readCheckout(cartId: string, context: Context): Promise<CheckoutSnapshot> {
  try {
    return await context.calls.cart.getCheckout({ cartId })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'CART_IN_CHECKOUT') throw error
    const order = await findOrderOf(cartId, context)
    if (order && order.status !== 'cancelled') throw error
    throw runtimeFailure(
      'UNAVAILABLE',
      'Cannot place the order now: an earlier attempt is being undone. Nothing was charged; try again with the same key',
      { retryAfterSeconds: 1, relayed: true },
    )
  }
}

async function findOrderOf(cartId: string, context: Context): Promise<StoredOrder | undefined> {
  const cart = await orElse(context.calls.cart.getCart({ cartId }), undefined)
  return cart?.orderId ? findOrder(context.sql, cart.orderId) : undefined
}

/**
 * A module did not answer. Where there is an order by then, it goes on by itself: its stock is set aside, and its payment
 * is asked for as soon as that can be. Otherwise nothing has come of it, and it may be tried again.
 */
async function answerUnfinished(cartId: string, context: Context) {
  const order = await findOrderOf(cartId, context)
  if (order) return context.unchanged(showOrder(order, context.caller))
  throw runtimeFailure(
    'UNAVAILABLE',
    'Cannot place the order now: a part of the shop does not answer. Nothing was charged; try again with the same key',
    { retryAfterSeconds: 2, relayed: true },
  )
}

type Shortage = FailureData<typeof inventory.methods.reserveStock, 'OUT_OF_STOCK'>

/** What inventory lacked, with the names that the shopper knows. */
function shortageIn(error: unknown, { lines }: CheckoutSnapshot): ShortLine[] | undefined {
  if (!(error instanceof Failure)) return undefined
  if (error.code === 'OUT_OF_STOCK') return nameShortage((error.data as Shortage).lines, lines)
  if (error.code !== 'RESERVATION_GONE') return undefined
  const gone = lines.map(({ variantId, quantity }) => ({ variantId, requested: quantity, available: 0 }))
  return nameShortage(gone, lines)
}
