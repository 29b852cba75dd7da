import type { Order } from '#modules/orders/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { links, loginFor } from '../views/links.ts'
import { messagePage } from '../views/message-pages.ts'
import { orderPage } from '../views/order-page.ts'
import { cookieNames } from './cookies.ts'
import { asBuyerOf, rememberOrder } from './placed-orders.ts'
import { goTo, show } from './show.ts'
import { forgetCart, isFailure } from './visitor.ts'

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

export const orderPages = [showOrder, cancelOrder, checkOrder]

/**
 * The link of a mail: keeps its key in the browser and goes on to the address without it, so that the key is in no
 * bookmark, no referrer and no picture of the screen.
 */
async function openWithKey(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
  key: string,
): Promise<PageReply> {
  const headers = { 'referrer-policy': 'no-referrer' }
  const holder = await context.withTokens({ bearer: key })
  if (await readOrder(holder, orderId)) {
    return { redirect: links.order(orderId), cookies: [rememberOrder(request, holder, orderId)], headers }
  }
  const buyer = await asBuyerOf(request, context, orderId)
  if (await readOrder(buyer, orderId)) return { redirect: links.order(orderId), headers }
  const page = messagePage({
    title: 'This link does not work any more',
    text: 'It has expired, or the order is now in a customer account. Log in to see your orders, or use the link in the latest email about this order.',
    way: { href: loginFor(links.order(orderId)), text: 'Log in' },
    mood: 'problem',
  })
  return show(request, context, page, { status: 404, headers })
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

/** The order, if this caller may read it. */
export async function readOrder({ calls }: ShopContext, orderId: string): Promise<Order | undefined> {
  try {
    return await calls.orders.getOrder({ orderId })
  } catch (error) {
    if (isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT')) return undefined
    throw error
  }
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
  const { items: countries } = await orElse(context.calls.cart.listCountries({}), { items: [] })
  const page = orderPage({
    order: { ...order, payment: { ...order.payment, actionUrl: pathHere(order.payment.actionUrl, context) } },
    countries,
    justPlaced: shown.justPlaced ?? false,
    inAccount: shown.inAccount ?? false,
  })
  // The payment may have been decided after the shopper went on: then the cart has become this order.
  const decided = order.status !== 'pending' && order.status !== 'cancelled'
  const done = decided && request.cookies[cookieNames.cart] === order.cartId
  return show(request, context, page, done ? { cookies: forgetCart(), cartCount: 0 } : {})
}

/** The shop's own pages have no host in their links, so that they work at whatever address the visitor uses. */
function pathHere(address: string | null, { services }: ShopContext): string | null {
  return address?.startsWith(`${services.publicUrl}/`) ? address.slice(services.publicUrl.length) : address
}
