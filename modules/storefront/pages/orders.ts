import type { Cart } from '#modules/cart/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { newSecret } from '#shared/ids.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { missingItems } from '../rules/missing-items.ts'
import { withoutOwnOrigin } from '../rules/without-own-origin.ts'
import { links, loginFor } from '../views/links.ts'
import { messagePage } from '../views/message-pages.ts'
import { type OrderPageProps, orderPage } from '../views/order-page.ts'
import { placedOrderPath } from './checkout-step.ts'
import { cookieNames, deleteCookies } from './cookies.ts'
import { asBuyer, readOrder, rememberOrder } from './placed-orders.ts'
import { redirectGet, redirectTo, show } from './show.ts'
import { unpaidOrderId } from './unpaid-order.ts'
import { cartCookies, changeCart, findCart, forgetCart, isFailure, piecesIn } from './visitor.ts'

const showOrder: ShopPage = {
  method: 'GET',
  path: '/orders/:orderId',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    if (request.query.key !== undefined) return openWithKey(request, context, orderId, request.query.key)
    const order = await readOrder(await asBuyer(request, context, orderId), orderId)
    if (order) return showOrderPage(request, context, order, { justPlaced: 'placed' in request.query })
    return replyWithoutOrder(context, orderId, request.url)
  },
}

const cancelOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/cancel',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyer(request, context, orderId)
    try {
      await buyer.calls.orders.cancelOrder({ orderId })
      return redirectTo(links.order(orderId), 'cancelled')
    } catch (error) {
      if (isFailure(error, 'ORDER_NOT_CANCELLABLE'))
        return redirectTo(links.order(orderId), 'not-cancellable')
      if (!isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT')) throw error
      return replyWithoutOrder(context, orderId, links.order(orderId))
    }
  },
}

/** Asks the provider for the state of the payment now. Without this, the order's workflow asks later. */
const checkOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/check',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const buyer = await asBuyer(request, context, orderId)
    try {
      const order = await buyer.calls.orders.confirmPayment({ orderId })
      return redirectTo(placedOrderPath(orderId), order.status === 'pending' ? 'still-waiting' : undefined)
    } catch (error) {
      if (!isFailure(error, 'ORDER_NOT_FOUND', 'INVALID_INPUT')) throw error
      return replyWithoutOrder(context, orderId, links.order(orderId))
    }
  },
}

/** Adds the items of an order that was cancelled without a payment to the cart, except for those that are in it. */
const restoreOrder: ShopPage = {
  method: 'POST',
  path: '/orders/:orderId/restore',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const order = await readOrder(await asBuyer(request, context, orderId), orderId)
    if (!order) return replyWithoutOrder(context, orderId, links.order(orderId))
    if (!isCancelledUnpaid(order)) return redirectTo(links.order(orderId))
    const missing = missingItems(order.lines, (await findOpenCart(request, context))?.lines ?? [])
    if (missing.length === 0) return redirectTo(links.cart)
    const { cookies, refused } = await addItems(request, context, missing)
    return redirectTo(links.cart, refused ? 'restored-partly' : 'restored', [
      ...cookies,
      ...deleteCookies('unpaid'),
    ])
  },
}

const formRedirects = ['cancel', 'check', 'restore'].map((action) =>
  redirectGet(`/orders/:orderId/${action}`, ({ params }) => links.order(params.orderId!)),
)

export const orderPages = [showOrder, cancelOrder, checkOrder, restoreOrder, ...formRedirects]

async function addItems(request: PageRequest, context: ShopContext, items: ReturnType<typeof missingItems>) {
  let refused = false
  const { cookies } = await changeCart(request, context, async (cartId, { calls }) => {
    for (const { variantId, quantity } of items) {
      // Two clicks send the same key, so that each item is added once
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

/** The visitor's open cart, which an order can be put back into; null if there is none. */
async function findOpenCart(request: PageRequest, context: ShopContext): Promise<Cart | null> {
  const cart = await findCart(request, context)
  return cart?.status === 'open' ? cart : null
}

/** Whether the order was cancelled without a payment, so that its items may go back into the cart. */
function isCancelledUnpaid({ status, payment }: Order): boolean {
  return status === 'cancelled' && (payment.status === 'declined' || payment.status === 'voided')
}

/**
 * Opens an order by the key in a link, from an email or from a payment provider's redirect. The key is stored in a
 * cookie, and the visitor is redirected to the URL without the key, so that the key appears in no bookmark, referrer or
 * screenshot.
 */
async function openWithKey(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
  key: string,
): Promise<PageReply> {
  const headers = { 'referrer-policy': 'no-referrer' }
  // A link with a key and `placed` is the return URL that the shop gave to the provider
  const fromProvider = 'placed' in request.query
  const redirect = fromProvider ? placedOrderPath(orderId) : links.order(orderId)
  const withKey = await context.withTokens({ bearer: key })
  const isKeyValid = (await readOrder(withKey, orderId)) !== undefined
  const withCookie = await asBuyer(request, context, orderId)
  // A token in the browser's cookie is valid for longer than the key in a provider's redirect, so the cookie is kept.
  if ((fromProvider || !isKeyValid) && (await readOrder(withCookie, orderId))) {
    if (fromProvider) await askProvider(withCookie, orderId)
    return { redirect, headers }
  }
  if (isKeyValid) {
    if (fromProvider) await askProvider(withKey, orderId)
    return { redirect, cookies: [rememberOrder(request, withKey, orderId)], headers }
  }
  const page = messagePage({
    title: 'This link no longer works',
    text: 'It has expired, or the order is now in a customer account. Log in to see your orders, or use the link in the latest email about this order.',
    action: { href: loginFor(links.order(orderId)), text: 'Log in' },
    kind: 'problem',
  })
  return show(request, context, page, { status: 404, headers })
}

/** Asks the provider at once, so that a returning shopper need not wait for the shop's next check. */
async function askProvider({ calls }: ShopContext, orderId: string): Promise<void> {
  await orElse(calls.orders.confirmPayment({ orderId }), undefined)
}

/**
 * The reply to a visitor who may not see the order. A guest is redirected to the login, as they may be its customer.
 * The reply is the same for an order that does not exist.
 */
function replyWithoutOrder(
  { caller, unknownVisitor }: ShopContext,
  orderId: string,
  next: string,
): PageReply {
  if (caller.kind === 'customer') throw orderNotFound(orderId)
  if (unknownVisitor) throw unknownVisitor
  return redirectTo(loginFor(next), 'order-log-in')
}

export function orderNotFound(orderId: string) {
  return runtimeFailure('NOT_FOUND', `Cannot find the order "${orderId}" among your orders`)
}

/** Also deletes cookies that the order's status has made obsolete: of the ordered cart, and of the unpaid order. */
export async function showOrderPage(
  request: PageRequest,
  context: ShopContext,
  order: Order,
  shown: { justPlaced?: boolean; inAccount?: boolean },
): Promise<PageReply> {
  const cart = isCancelledUnpaid(order) ? await orElse(findOpenCart(request, context), undefined) : undefined
  const { services, caller } = context
  const actionUrl = order.payment.actionUrl && withoutOwnOrigin(order.payment.actionUrl, services)
  const page = orderPage({
    order: { ...order, payment: { ...order.payment, actionUrl } },
    justPlaced: shown.justPlaced ?? false,
    inAccount: shown.inAccount ?? false,
    offerAccount: caller.kind === 'guest' && order.customerId === null && order.status !== 'cancelled',
    cancelledItems: cart === undefined ? undefined : cancelledItems(order, cart),
  })
  // If the payment was decided after the shopper left this page, the browser still has the cookies of the ordered cart.
  const isConfirmed = order.status !== 'pending' && order.status !== 'cancelled'
  const hasOrderedCart = isConfirmed && request.cookies[cookieNames.cart] === order.cartId
  const unpaidCookies =
    order.status !== 'pending' && unpaidOrderId(request) === order.id ? deleteCookies('unpaid') : []
  if (hasOrderedCart)
    return show(request, context, page, { cookies: [...forgetCart(), ...unpaidCookies], cartCount: 0 })
  if (!cart) return show(request, context, page, { cookies: unpaidCookies })
  return show(request, context, page, {
    cookies: [...cartCookies(cart), ...unpaidCookies],
    cartCount: piecesIn(cart),
  })
}

function cancelledItems(order: Order, cart: Cart | null): OrderPageProps['cancelledItems'] {
  return missingItems(order.lines, cart?.lines ?? []).length === 0
    ? 'in-cart'
    : { restoreKey: newSecret('key') }
}
