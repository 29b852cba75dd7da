import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { links } from '../views/links.ts'
import type { Notice } from '../views/notice-bar.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { asBuyerOf, readOrder, rememberOrder } from './placed-orders.ts'

/** Longer than a payment may take. */
const UNPAID_SECONDS = 86_400

/** Keeps the way back to an order that waits for its payment, with the key to it, while the shopper goes on. */
export function rememberUnpaid(request: PageRequest, context: ShopContext, orderId: string): CookieChange[] {
  return [rememberOrder(request, context, orderId), setCookie('unpaid', orderId, UNPAID_SECONDS)]
}

/** The order of this browser that was not paid when the shopper last saw it. */
export function unpaidOrder(request: PageRequest): string | undefined {
  return request.cookies[cookieNames.unpaid]
}

/**
 * The way back to an order that waits for its payment, or whose payment came to nothing while the shopper was elsewhere:
 * that is said until they have seen it. Costs one look-up, only for shoppers with such an order.
 */
export async function wayToUnpaid(
  request: PageRequest,
  context: ShopContext,
): Promise<{ notice?: Notice; cookies: CookieChange[] }> {
  const orderId = unpaidOrder(request)
  if (orderId === undefined || request.url.startsWith(links.order(orderId))) return { cookies: [] }
  const order = await readOrder(await asBuyerOf(request, context, orderId), orderId)
  const link = { href: links.order(orderId), text: 'Go to the order' }
  switch (order?.status) {
    case 'pending':
      return { notice: { kind: 'note', text: `Order ${order.number} is not paid yet.`, link }, cookies: [] }
    case 'cancelled':
      return {
        notice: { kind: 'note', text: `Order ${order.number} was not paid, and is cancelled.`, link },
        cookies: [],
      }
    default:
      return { cookies: deleteCookies('unpaid') }
  }
}
