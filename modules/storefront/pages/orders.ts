import type { Cart } from '#modules/cart/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { newSecret } from '#shared/ids.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { missingItems } from '../rules/missing-items.ts'
import { pathHere } from '../rules/path-here.ts'
import { links, loginFor } from '../views/links.ts'
import { messagePage } from '../views/message-pages.ts'
import { type OrderPageProps, orderPage } from '../views/order-page.ts'
import { placedPath } from './checkout-step.ts'
import { cookieNames, deleteCookies } from './cookies.ts'
import { unpaidOrder } from './pending-order.ts'
import { asBuyerOf, readOrder, rememberOrder } from './placed-orders.ts'
import { formAddress, goTo, show } from './show.ts'
import { cartCookies, changeCart, findCart, forgetCart, isFailure, piecesIn } from './visitor.ts'

const showOrder: ShopPage = {
  method: 'GET',
  path: '/orders/:orderId',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    if (request.query.key !== undefined) return openWithKey(request, context, orderId, request.query.key)
    const order = await readOrder(await asBuyerOf(request, context, orderId), orderId)
    if (order) return showOrderPage(request, context, order, { justPlaced: 'placed' in request.query })
    return withoutOrder(context, orderId, request.url)
  },
}

const cancelOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/cancel',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyerOf(request, context, orderId)
    try {
      await buyer.calls.orders.cancelOrder({ orderId })
      return goTo(links.order(orderId), 'cancelled')
    } catch (error) {
      if (isFailure(error, 'ORDER_NOT_CANCELLABLE')) return goTo(links.order(orderId), 'not-cancellable')
      if (!isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT')) throw error
      return withoutOrder(context, orderId, links.order(orderId))
    }
  },
}

/** Asks the provider how the payment stands. Nobody has to: the shop asks by itself, too. */
const checkOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/check',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyerOf(request, context, orderId)
    try {
      const order = await buyer.calls.orders.confirmPayment({ orderId })
      return goTo(`${links.order(orderId)}?placed`, order.status === 'pending' ? 'still-waiting' : undefined)
    } catch (error) {
      if (!isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT')) throw error
      return withoutOrder(context, orderId, links.order(orderId))
    }
  },
}

/** Puts into the cart what it lacks of the items of an order that was not paid. */
const restoreOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/restore',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const order = await readOrder(await asBuyerOf(request, context, orderId), orderId)
    if (!order) return withoutOrder(context, orderId, links.order(orderId))
    if (!isUnpaid(order)) return goTo(links.order(orderId))
    const missing = missingItems(order.lines, (await openCart(request, context))?.lines ?? [])
    if (missing.length === 0) return goTo(links.cart)
    const { cookies, refused } = await addItems(request, context, missing)
    return goTo(links.cart, refused ? 'restored-partly' : 'restored', [
      ...cookies,
      ...deleteCookies('unpaid'),
    ])
  },
}

/** An address that takes forms only, opened again, leads to the order. */
const reopened = ['cancel', 'check', 'restore'].map((action) =>
  formAddress(`/orders/:orderId/${action}`, ({ params }) => links.order(params.orderId!)),
)

export const orderPages = [showOrder, cancelOrder, checkOrder, restoreOrder, ...reopened]

async function addItems(request: PageRequest, context: ShopContext, items: ReturnType<typeof missingItems>) {
  let refused = false
  const { cookies } = await changeCart(request, context, async (cartId, { calls }) => {
    for (const { variantId, quantity } of items) {
      const key = `${request.form.key ?? newSecret('key')}.${variantId}.${quantity}`
      try {
        await calls.cart.addLine({ cartId, variantId, quantity }, { key })
      } catch (error) {
        if (!isFailure(error, 'VARIANT_NOT_FOUND', 'OUT_OF_STOCK', 'CART_FULL', 'CURRENCY_MISMATCH'))
          throw error
        refused = true
      }
    }
    return calls.cart.getCart({ cartId })
  })
  return { cookies, refused }
}

/** The cart that the visitor can fill. */
async function openCart(request: PageRequest, context: ShopContext): Promise<Cart | null> {
  const cart = await findCart(request, context)
  return cart?.status === 'open' ? cart : null
}

/** Whether the order did not come about, so that its items go back to its buyer. */
function isUnpaid({ status, payment }: Order): boolean {
  return status === 'cancelled' && (payment.status === 'declined' || payment.status === 'voided')
}

/**
 * The link of a mail, or the way back from a payment provider: keeps its key in the browser and goes on to the address
 * without it, so that the key is in no bookmark, no referrer and no picture of the screen.
 */
async function openWithKey(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
  key: string,
): Promise<PageReply> {
  const headers = { 'referrer-policy': 'no-referrer' }
  const fromProvider = 'placed' in request.query
  const redirect = fromProvider ? placedPath(orderId) : links.order(orderId)
  const holder = await context.withTokens({ bearer: key })
  const opened = await readOrder(holder, orderId)
  const buyer = await asBuyerOf(request, context, orderId)
  // The key that the browser has for it may be good for longer than the provider's.
  if ((fromProvider || !opened) && (await readOrder(buyer, orderId))) {
    if (fromProvider) await askProvider(buyer, orderId)
    return { redirect, headers }
  }
  if (opened) {
    if (fromProvider) await askProvider(holder, orderId)
    return { redirect, cookies: [rememberOrder(request, holder, orderId)], headers }
  }
  const page = messagePage({
    title: 'This link does not work any more',
    text: 'It has expired, or the order is now in a customer account. Log in to see your orders, or use the link in the latest email about this order.',
    way: { href: loginFor(links.order(orderId)), text: 'Log in' },
    mood: 'problem',
  })
  return show(request, context, page, { status: 404, headers })
}

/** Whoever comes back from the provider need not wait until the shop asks there by itself. */
async function askProvider({ calls }: ShopContext, orderId: string): Promise<void> {
  await orElse(calls.orders.confirmPayment({ orderId }), undefined)
}

/**
 * For a visitor who may not see the order: a guest may be its customer, logged out meanwhile, and comes back from the
 * log-in. It is the same for an order that does not exist.
 */
function withoutOrder({ caller, unknownVisitor }: ShopContext, orderId: string, next: string): PageReply {
  if (caller.kind === 'customer') throw noOrder(orderId)
  if (unknownVisitor) throw unknownVisitor
  return goTo(loginFor(next), 'order-log-in')
}

export function noOrder(orderId: string) {
  return runtimeFailure('NOT_FOUND', `Cannot find an order "${orderId}" of yours`)
}

export async function showOrderPage(
  request: PageRequest,
  context: ShopContext,
  order: Order,
  shown: { justPlaced?: boolean; inAccount?: boolean },
): Promise<PageReply> {
  const cart = isUnpaid(order) ? await orElse(openCart(request, context), undefined) : undefined
  const { services, caller } = context
  const actionUrl = order.payment.actionUrl && pathHere(order.payment.actionUrl, services)
  const page = orderPage({
    order: { ...order, payment: { ...order.payment, actionUrl } },
    justPlaced: shown.justPlaced ?? false,
    inAccount: shown.inAccount ?? false,
    offerAccount: caller.kind === 'guest' && order.customerId === null && order.status !== 'cancelled',
    items: cart === undefined ? undefined : itemsOf(order, cart),
  })
  // The payment may have been decided after the shopper went on: then the cart has become this order.
  const decided = order.status !== 'pending' && order.status !== 'cancelled'
  const done = decided && request.cookies[cookieNames.cart] === order.cartId
  const seen = order.status !== 'pending' && unpaidOrder(request) === order.id ? deleteCookies('unpaid') : []
  if (done) return show(request, context, page, { cookies: [...forgetCart(), ...seen], cartCount: 0 })
  if (!cart) return show(request, context, page, { cookies: seen })
  return show(request, context, page, { cookies: [...cartCookies(cart), ...seen], cartCount: piecesIn(cart) })
}

function itemsOf(order: Order, cart: Cart | null): OrderPageProps['items'] {
  return missingItems(order.lines, cart?.lines ?? []).length === 0 ? 'in-cart' : { apart: newSecret('key') }
}
