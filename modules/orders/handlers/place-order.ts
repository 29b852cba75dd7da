import type { Cart, CheckoutSnapshot } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { NOTHING_TO_PAY } from '#modules/payments/contract.ts'
import type { FailureData } from '#runtime/contract/contract.ts'
import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import { isUnanswered, orElse } from '#runtime/contract/or-else.ts'
import { formatMoney, type Money } from '#shared/money.ts'
import { countOf } from '#shared/text.ts'
import type { Order } from '../contract.ts'
import type { Handles } from '../needs.ts'
import { orderKey, returnKeyEnd } from '../rules/order-key.ts'
import { RESERVATION_MS } from '../rules/payment-deadline.ts'
import { describeShortage, nameShortage, type ShortLine } from '../rules/shortage.ts'
import { findOrder, unpaidPieces } from '../store.ts'
import { type PlaceOrderInput, placeOrderWorkflow } from '../workflows/place-order.ts'
import { showOrder } from './show-order.ts'

type Context = Parameters<Handles<'placeOrder'>>[1]
type Payment = PlaceOrderInput['payment']

export const placeOrder: Handles<'placeOrder'> = async (input, context) => {
  const { cartId } = input
  const checkout = await readCheckout(cartId, context)
  // The shown cart leaves out short lines and the checkout does not, so after a shortage their versions always differ
  if (input.cartVersion !== checkout.cartVersion) await refuseShortage(checkout, input, context)
  refuseChangedCart(checkout, input, context)
  const payment = paymentFor(checkout, input.payment, context)
  const reservedUntil = new Date(context.now().getTime() + RESERVATION_MS).toISOString()
  const placedFrom = context.clientNetwork ?? null
  try {
    const placed = await context.start(placeOrderWorkflow, {
      checkout,
      payment,
      reservedUntil,
      placedFrom,
      returnUrlOf: returnUrlMaker(checkout, context),
    })
    await limitUnpaid(placed.committed, context)
    return placed
  } catch (error) {
    if (isUnanswered(error)) return answerPending(cartId, context)
    // Another request froze the cart a moment earlier
    if (hasCode(error, 'CART_IN_CHECKOUT')) await requireNoOrder(cartId, context, error)
    const lines = shortageOf(error, checkout)
    if (!lines) throw error
    throw context.fail('OUT_OF_STOCK', `Cannot place the order: ${describeShortage(lines)}`, { lines })
  }
}

/**
 * Makes a function for the URL to which a payment provider returns the shopper: the order's page. A guest may return in
 * another browser or without cookies, so the URL contains a key that opens the order for a day. A customer logs in.
 */
function returnUrlMaker(
  { customerId }: CheckoutSnapshot,
  { services, now }: Context,
): (orderId: string) => string {
  const keyEnd = returnKeyEnd(now())
  return (orderId) => {
    const page = `${services.publicUrl}/orders/${orderId}?placed`
    return customerId === null ? `${page}&key=${orderKey(services.orderKeySecret, orderId, keyEnd)}` : page
  }
}

/**
 * Cancels an order whose payment waits for the shopper if unpaid orders of its customer or network reserve too many
 * pieces. The check comes after the order is stored, so that concurrent orders count each other. Orders that are paid
 * at once are never refused and cost no extra statement.
 */
async function limitUnpaid({ id: orderId, payment }: Order, context: Context): Promise<void> {
  if (payment.status !== 'requires_action') return
  const limit = context.services.maxUnpaidPieces
  const pieces = await unpaidPieces(context.sql, orderId)
  if (pieces <= limit) return
  const failure = context.fail(
    'UNPAID_LIMIT',
    `Cannot place the order: its payment waits for the shopper, and unpaid orders would reserve ${countOf(pieces, 'piece')}, more than ${limit}. Pay or cancel an earlier order, or order fewer pieces`,
    { orderId, pieces, limit },
  )
  if (await context.abort(placeOrderWorkflow, orderId, failure, { endedBy: 'limit' })) throw failure
}

/** Fails with OUT_OF_STOCK if the cart is unchanged and the shopper already saw that pieces are missing. */
async function refuseShortage(
  { cartId }: CheckoutSnapshot,
  seen: { cartVersion: string },
  context: Context,
): Promise<void> {
  const cart = await findCart(cartId, context)
  if (cart?.version !== seen.cartVersion) return
  const short = cart.lines.flatMap(({ variantId, quantity: requested, problem }) =>
    problem?.code === 'OUT_OF_STOCK' ? [{ variantId, requested, available: problem.available }] : [],
  )
  if (short.length === 0) return
  const lines = nameShortage(short, cart.lines)
  throw context.fail('OUT_OF_STOCK', `Cannot place the order: ${describeShortage(lines)}`, { lines })
}

/** Fails with CART_CHANGED if the cart or its total is not what the shopper saw. */
function refuseChangedCart(
  { cartId, cartVersion, totals: { total } }: CheckoutSnapshot,
  seen: { cartVersion: string; expectedTotal?: Money },
  context: Context,
): void {
  if (seen.cartVersion !== cartVersion) {
    throw context.fail(
      'CART_CHANGED',
      `Cannot order the cart "${cartId}" as version "${seen.cartVersion}": it is at "${cartVersion}" now, because it or a price in it has changed. Read it again`,
    )
  }
  const { expectedTotal = total } = seen
  if (expectedTotal.amount !== total.amount || expectedTotal.currency !== total.currency) {
    throw context.fail(
      'CART_CHANGED',
      `Cannot order the cart "${cartId}" for ${formatMoney(expectedTotal)}: it costs ${formatMoney(total)}`,
    )
  }
}

/** The payment of the order. A free order uses the provider `none`, whatever the caller sent. */
function paymentFor(
  { cartId, totals: { total } }: CheckoutSnapshot,
  given: Payment | undefined,
  context: Context,
): Payment {
  if (total.amount === 0) return { provider: NOTHING_TO_PAY, token: NOTHING_TO_PAY }
  if (given) return given
  throw context.fail(
    'PAYMENT_MISSING',
    `Cannot order the cart "${cartId}": it costs ${formatMoney(total)}, and "payment" is missing. Send it`,
  )
}

/** Reads the cart's checkout snapshot. If another request is ordering the cart, it waits for that request. */
async function readCheckout(cartId: string, context: Context): Promise<CheckoutSnapshot> {
  const read = () => context.calls.cart.getCheckout({ cartId })
  try {
    return await read()
  } catch (error) {
    if (!hasCode(error, 'CART_IN_CHECKOUT')) throw error
    await requireNoOrder(cartId, context, error)
  }
  // The other request's order was cancelled or never created, so the cart is open again, or will be in a moment
  try {
    return await read()
  } catch (error) {
    if (!hasCode(error, 'CART_IN_CHECKOUT')) throw error
    throw runtimeFailure(
      'UNAVAILABLE',
      'Cannot place the order now: an earlier attempt is still being cancelled. Nothing was charged; try again with the same idempotency key',
      { retryAfterSeconds: 1, relayed: true },
    )
  }
}

/**
 * Waits for another request that orders this cart. Throws `inCheckout` if its order is pending, and CART_ORDERED if it
 * is paid.
 */
async function requireNoOrder(cartId: string, context: Context, inCheckout: Failure): Promise<void> {
  const cart = await findCart(cartId, context)
  if (!cart?.orderId) return
  await context.untilSettled(cart.orderId)
  const order = await findOrder(context.sql, cart.orderId)
  if (!order || order.status === 'cancelled') return
  if (order.status === 'pending') throw inCheckout
  throw context.fail(
    'CART_ORDERED',
    `Cannot order the cart "${cartId}": it was already ordered as "${order.id}"`,
    { orderId: order.id },
  )
}

/** The cart; undefined if the cart module does not answer, or the cart was merged into another one. */
async function findCart(cartId: string, context: Context): Promise<Cart | undefined> {
  try {
    return await orElse(context.calls.cart.getCart({ cartId }), undefined)
  } catch (error) {
    if (!hasCode(error, 'CART_NOT_FOUND')) throw error
    return undefined
  }
}

function hasCode(error: unknown, code: string): error is Failure {
  return error instanceof Failure && error.code === code
}

/**
 * The answer when a module did not answer the checkout. If an order exists, its stock is reserved and its workflow
 * continues with the payment, so the answer is the pending order. Otherwise the caller can try again.
 */
async function answerPending(cartId: string, context: Context) {
  const cart = await findCart(cartId, context)
  const order = cart?.orderId ? await findOrder(context.sql, cart.orderId) : undefined
  if (order) return context.unchanged(showOrder(order, context.caller))
  throw runtimeFailure(
    'UNAVAILABLE',
    'Cannot place the order now: a part of the shop does not answer. Nothing was charged; try again with the same idempotency key',
    { retryAfterSeconds: 2, relayed: true },
  )
}

type Shortage = FailureData<typeof inventory.methods.reserveStock, 'OUT_OF_STOCK'>

/**
 * The short lines of an inventory failure, with the titles that the shopper knows; undefined for other errors. When the
 * reservation expired before the payment was complete, all lines count as sold out.
 */
function shortageOf(error: unknown, { lines }: CheckoutSnapshot): ShortLine[] | undefined {
  if (!(error instanceof Failure)) return undefined
  if (error.code === 'OUT_OF_STOCK') return nameShortage((error.data as Shortage).lines, lines)
  if (error.code !== 'RESERVATION_GONE') return undefined
  const soldOut = lines.map(({ variantId, quantity }) => ({ variantId, requested: quantity, available: 0 }))
  return nameShortage(soldOut, lines)
}
