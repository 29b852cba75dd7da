import type { Cart, CheckoutSnapshot } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { NOTHING_TO_PAY } from '#modules/payments/contract.ts'
import type { FailureData } from '#runtime/contract/contract.ts'
import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import { isUnanswered, orElse } from '#runtime/contract/or-else.ts'
import { formatMoney, type Money } from '#shared/money.ts'
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
  if (input.cartVersion !== checkout.cartVersion) await refuseShort(checkout, input, context)
  refuseUnseen(checkout, input, context)
  const payment = paymentFor(checkout, input.payment, context)
  const reservedUntil = new Date(context.now().getTime() + RESERVATION_MS).toISOString()
  const placedFrom = context.clientNetwork ?? null
  try {
    const placed = await context.start(placeOrderWorkflow, {
      checkout,
      payment,
      reservedUntil,
      placedFrom,
      returnUrlOf: returnTo(checkout, context),
    })
    await limitUnpaid(placed.committed, context)
    return placed
  } catch (error) {
    if (isUnanswered(error)) return answerUnfinished(cartId, context)
    // Another request was faster, by a moment.
    if (isCode(error, 'CART_IN_CHECKOUT')) await requireNoOrder(cartId, context, error)
    const lines = shortageIn(error, checkout)
    if (!lines) throw error
    throw context.fail('OUT_OF_STOCK', `Cannot place the order: ${describeShortage(lines)}`, { lines })
  }
}

/**
 * Where a payment provider sends the shopper back to: the order's page. A guest may come back in another browser, or without
 * cookies, so the address holds a key that opens the order for a day; a customer logs in.
 */
function returnTo({ customerId }: CheckoutSnapshot, { services, now }: Context): (orderId: string) => string {
  const keyEnd = returnKeyEnd(now())
  return (orderId) => {
    const page = `${services.publicUrl}/orders/${orderId}?placed`
    return customerId === null ? `${page}&key=${orderKey(services.orderKeySecret, orderId, keyEnd)}` : page
  }
}

/**
 * Undoes an order whose payment waits for the shopper, where unpaid orders of its customer or network set too much aside by
 * then. It is looked at once the order is there, so that of many at once the last ones see all of them; who pays at once
 * is never refused, and costs nothing more.
 */
async function limitUnpaid({ id: orderId, payment }: Order, context: Context): Promise<void> {
  if (payment.status !== 'requires_action') return
  const limit = context.services.maxUnpaidPieces
  const pieces = await unpaidPieces(context.sql, orderId)
  if (pieces <= limit) return
  const failure = context.fail(
    'UNPAID_LIMIT',
    `Cannot place the order: its payment waits for the shopper, and unpaid orders would set ${pieces} pieces aside, more than ${limit}. Pay or cancel an earlier order, or order less at once`,
    { orderId, pieces, limit },
  )
  if (await context.abort(placeOrderWorkflow, orderId, failure, { endedBy: 'limit' })) throw failure
}

/** A buyer who saw that pieces are missing and orders all the same is refused for that: the cart has not changed. */
async function refuseShort(
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

/** What is confirmed is what was seen: nothing else is ordered, and for no other price. */
function refuseUnseen(
  { cartId, cartVersion, totals: { total } }: CheckoutSnapshot,
  seen: { cartVersion: string; expectedTotal?: Money },
  context: Context,
): void {
  if (seen.cartVersion !== cartVersion) {
    throw context.fail(
      'CART_CHANGED',
      `Cannot order the cart "${cartId}" as version "${seen.cartVersion}": it is at "${cartVersion}" now, since it or a price in it has changed. Read it again`,
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

/** What costs nothing is not paid with anything, whatever the caller sent. */
function paymentFor(
  { cartId, totals: { total } }: CheckoutSnapshot,
  given: Payment | undefined,
  context: Context,
): Payment {
  if (total.amount === 0) return { provider: NOTHING_TO_PAY, token: NOTHING_TO_PAY }
  if (given) return given
  throw context.fail(
    'PAYMENT_MISSING',
    `Cannot order the cart "${cartId}": it costs ${formatMoney(total)}, and no payment is named. Send "payment"`,
  )
}

/** Reads what is to be ordered. Where another request is ordering it, the word of that is waited for. */
async function readCheckout(cartId: string, context: Context): Promise<CheckoutSnapshot> {
  const read = () => context.calls.cart.getCheckout({ cartId })
  try {
    return await read()
  } catch (error) {
    if (!isCode(error, 'CART_IN_CHECKOUT')) throw error
    await requireNoOrder(cartId, context, error)
  }
  // Nothing came of it, so the cart is open again; or will be in a moment.
  try {
    return await read()
  } catch (error) {
    if (!isCode(error, 'CART_IN_CHECKOUT')) throw error
    throw runtimeFailure(
      'UNAVAILABLE',
      'Cannot place the order now: an earlier attempt is being undone. Nothing was charged; try again with the same key',
      { retryAfterSeconds: 1, relayed: true },
    )
  }
}

/** Throws where the other request for this cart has come to an order, once it is known how that stands. */
async function requireNoOrder(cartId: string, context: Context, inCheckout: Failure): Promise<void> {
  const cart = await findCart(cartId, context)
  if (!cart?.orderId) return
  await context.untilSettled(cart.orderId)
  const order = await findOrder(context.sql, cart.orderId)
  if (!order || order.status === 'cancelled') return
  if (order.status === 'pending') throw inCheckout
  throw context.fail(
    'CART_ORDERED',
    `Cannot order the cart "${cartId}": it has become the order "${order.id}"`,
    { orderId: order.id },
  )
}

/** The cart, unless nobody can tell or it has joined another one meanwhile. */
async function findCart(cartId: string, context: Context): Promise<Cart | undefined> {
  try {
    return await orElse(context.calls.cart.getCart({ cartId }), undefined)
  } catch (error) {
    if (!isCode(error, 'CART_NOT_FOUND')) throw error
    return undefined
  }
}

function isCode(error: unknown, code: string): error is Failure {
  return error instanceof Failure && error.code === code
}

/**
 * A module did not answer. Where there is an order by then, it goes on by itself: its stock is set aside, and its payment
 * is asked for as soon as that can be. Otherwise nothing has come of it, and it may be tried again.
 */
async function answerUnfinished(cartId: string, context: Context) {
  const cart = await findCart(cartId, context)
  const order = cart?.orderId ? await findOrder(context.sql, cart.orderId) : undefined
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
