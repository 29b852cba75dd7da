import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { links } from '../views/links.ts'
import type { Notice } from '../views/notice-bar.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { asBuyer, readOrder, rememberOrder } from './placed-orders.ts'

/** Longer than an order waits for its payment. */
const UNPAID_SECONDS = 86_400

/** Stores the id and the token of an order that waits for its payment, so that every page can link to it. */
export function rememberUnpaid(request: PageRequest, context: ShopContext, orderId: string): CookieChange[] {
  return [rememberOrder(request, context, orderId), setCookie('unpaid', orderId, UNPAID_SECONDS)]
}

/** The id of this browser's order that was unpaid when the shopper last saw it. */
export function unpaidOrderId(request: PageRequest): string | undefined {
  return request.cookies[cookieNames.unpaid]
}

/**
 * A notice with a link to this browser's unpaid order: while the payment is pending, and, after the order was cancelled,
 * until the shopper opens its page. Only browsers with an unpaid order cause a call to the orders module.
 */
export async function unpaidOrderNotice(
  request: PageRequest,
  context: ShopContext,
): Promise<{ notice?: Notice; cookies: CookieChange[] }> {
  const orderId = unpaidOrderId(request)
  if (orderId === undefined || request.url.startsWith(links.order(orderId))) return { cookies: [] }
  const order = await readOrder(await asBuyer(request, context, orderId), orderId)
  const link = { href: links.order(orderId), text: 'View order' }
  switch (order?.status) {
    case 'pending':
      return { notice: { kind: 'note', text: `Order ${order.number} is not paid yet.`, link }, cookies: [] }
    case 'cancelled':
      return {
        notice: { kind: 'note', text: `Order ${order.number} was not paid and has been cancelled.`, link },
        cookies: [],
      }
    default:
      return { cookies: deleteCookies('unpaid') }
  }
}
