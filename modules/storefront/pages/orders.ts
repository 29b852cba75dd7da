import type { Order } from '#modules/orders/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { links } from '../views/links.ts'
import { messagePage } from '../views/message-pages.ts'
import { orderPage } from '../views/order-page.ts'
import { cookieNames } from './cookies.ts'
import { asBuyerOf } from './placed-orders.ts'
import { goTo, show } from './show.ts'
import { forgetCart, isFailure } from './visitor.ts'

const showOrder: ShopPage = {
  method: 'GET',
  path: '/orders/:orderId',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const order = await readOrder(await asBuyerOf(request, context, orderId), orderId)
    if (order) return showOrderPage(request, context, order, { justPlaced: 'placed' in request.query })
    if (context.caller.kind === 'customer') throw noOrder(orderId)
    if (context.unknownVisitor) throw context.unknownVisitor
    const page = messagePage({
      title: 'We cannot show this here',
      text: 'An order is shown in the browser that it was placed in, or to its customer after the log-in.',
      way: { href: `${links.login}?next=${encodeURIComponent(links.order(orderId))}`, text: 'Log in' },
      mood: 'problem',
    })
    return show(request, context, page, { status: 404 })
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
      throw isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT') ? noOrder(orderId) : error
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
      throw isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT') ? noOrder(orderId) : error
    }
  },
}

export const orderPages = [showOrder, cancelOrder, checkOrder]

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
