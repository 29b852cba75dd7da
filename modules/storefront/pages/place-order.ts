import type { Cart } from '#modules/cart/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { isUnanswered, orElse } from '#runtime/contract/or-else.ts'
import { retryAfterOf } from '#runtime/http/problem.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { newSecret } from '#shared/ids.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import type { ShopContext } from '../needs.ts'
import { changesSince, readSeen, seenOf } from '../rules/cart-changes.ts'
import { piecesLeft } from '../rules/stock-messages.ts'
import { type CheckoutReviewPageProps, checkoutReviewPage } from '../views/checkout-review-page.ts'
import { links } from '../views/links.ts'
import { showPayment } from './checkout.ts'
import { checkoutStep, isFree, PROVIDER, paymentChoice, placedOrderPath } from './checkout-step.ts'
import { cookieNames, deleteCookies } from './cookies.ts'
import { readOrder, rememberOrder } from './placed-orders.ts'
import { redirectTo, show } from './show.ts'
import { rememberUnpaid, unpaidOrderId } from './unpaid-order.ts'
import { findCart, forgetCart, isFailure } from './visitor.ts'

type Problem = NonNullable<CheckoutReviewPageProps['problem']>

const NOT_PLACED =
  'We cannot place your order right now. Nothing was charged. Please try again in a moment: you will never be charged twice.'
const toCart = { href: links.cart, text: 'Edit cart' }
const after = ['contact', 'shippingOption'] as const

const review = checkoutStep({ method: 'GET', path: links.checkoutReview, after }, (request, context, cart) =>
  showReview(request, context, cart, { token: request.cookies[cookieNames.payment] }),
)

/**
 * Orders exactly what the review showed: the form has the version of that cart. The form's idempotency key makes two
 * clicks place one order: the second click waits for the answer to the first.
 */
const placeOrder = checkoutStep(
  { method: 'POST', path: links.placeOrder, after, allowFrozen: true },
  async (request, context, cart) => {
    const { token = '', idempotencyKey, cartVersion } = request.form
    const isPayable = isFree(cart) || paymentChoice(context, token)
    if (!isPayable || !idempotencyKey || !cartVersion) return redirectTo(links.checkoutReview)
    try {
      const order = await context.calls.orders.placeOrder(
        { cartId: cart.id, cartVersion, ...(token ? { payment: { provider: PROVIDER, token } } : {}) },
        { key: idempotencyKey },
      )
      return redirectToOrder(request, context, order)
    } catch (error) {
      return replyToFailure(request, context, cart, error)
    }
  },
)

export const placeOrderPages = [review, placeOrder]

/**
 * Redirects to the order. While its payment is pending, the browser keeps the cart's cookies, because the cart is
 * reopened if the payment fails; the header shows an empty cart until then.
 */
function redirectToOrder(
  request: PageRequest,
  context: ShopContext,
  order: Pick<Order, 'id' | 'status'>,
): PageReply {
  const orderCookies =
    order.status === 'pending'
      ? [...rememberUnpaid(request, context, order.id), ...deleteCookies('cartCount')]
      : [rememberOrder(request, context, order.id), ...forgetCart()]
  return { redirect: placedOrderPath(order.id), cookies: [...orderCookies, ...deleteCookies('payment')] }
}

async function replyToFailure(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  error: unknown,
): Promise<PageReply> {
  const { token, idempotencyKey, cartVersion } = request.form
  if (isUnanswered(error) || isFailure(error, 'CART_ORDERED', 'CART_IN_CHECKOUT')) {
    // This attempt or another tab may have placed the order all the same.
    const current = await orElse(findCart(request, context), cart)
    if (current?.orderId && current.status !== 'open' && (await mayBePlaced(current.orderId, context)))
      // Treated as pending: if the payment still fails, the cart reopens and needs its cookies
      return redirectToOrder(request, context, { id: current.orderId, status: 'pending' })
    const problem = { text: NOT_PLACED }
    const retryAfter = String(retryAfterOf(error) ?? 1)
    // The attempt may still succeed, so the next one for the same version must use the same key.
    const sameKey = cartVersion === cart.version ? { idempotencyKey } : {}
    return showReview(request, context, cart, { token, ...sameKey, problem, status: 503, retryAfter })
  }
  // The contact step shows the errors of the address.
  if (isFailure(error, 'ADDRESS_INVALID')) return redirectTo(links.checkoutContact)
  if (isFailure(error, 'CART_CHANGED', 'PROMOTION_USED_UP')) return showChanges(request, context)
  if (!(error instanceof Failure)) throw error
  if (error.code === 'PAYMENT_DECLINED') {
    const { reason } = error.data as { reason: string }
    const message = `${isolateBidi(reason)}. Nothing was charged: choose another payment method, or try again`
    const form = { values: { token }, errors: [{ field: 'token', message }] }
    return showPayment(request, context, cart, form, 402)
  }
  const problem = await problemOf(error, request, context, cart)
  return showReview(request, context, cart, { token, problem })
}

/** Shows the review of the current cart, and how it differs from the one that the shopper confirmed. */
async function showChanges(request: PageRequest, context: ShopContext): Promise<PageReply> {
  const current = await findCart(request, context)
  if (!current || current.lines.length === 0 || current.status !== 'open')
    return redirectTo(links.cart, 'cart-changed')
  if (!current.contact) return redirectTo(links.checkoutContact, 'cart-changed')
  if (!current.shippingOption) return redirectTo(links.checkoutShipping, 'cart-changed')
  const seen = readSeen(request.form.seen)
  return showReview(request, context, current, {
    token: request.form.token,
    status: 409,
    problem: {
      text: 'Your order has changed since you opened this page. Nothing was charged. Please check it again before you place it.',
      changes: seen ? changesSince(seen, current) : [],
    },
  })
}

/** False only if the order certainly does not exist: after a failed attempt, the cart stays frozen for a moment. */
function mayBePlaced(orderId: string, context: ShopContext): Promise<boolean> {
  return orElse(
    readOrder(context, orderId).then((order) => order !== undefined),
    true,
  )
}

/** Why the order was refused, for the shopper, with a link to the page to fix it. Rethrows server errors. */
async function problemOf(
  error: Failure,
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
): Promise<Problem> {
  if (error.status >= 500) throw error
  if (error.code === 'UNPAID_LIMIT') {
    const unpaid = unpaidOrderId(request)
    return {
      text: 'Too many items are in unpaid orders. Nothing was charged. Pay for or cancel an earlier order first, choose another payment method, or order fewer items.',
      link: unpaid ? { href: links.order(unpaid), text: 'View unpaid order' } : toCart,
    }
  }
  if (error.code === 'OUT_OF_STOCK') {
    const { lines } = error.data as { lines: { variantId: string; available: number }[] }
    const short = lines.map(
      ({ variantId, available }) =>
        `${isolateBidi(lineName(cart, variantId))}: ${piecesLeft(available).toLowerCase()}`,
    )
    return { text: `There are not enough items in stock. ${short.join('; ')}.`, link: toCart }
  }
  if (error.code === 'VARIANT_NOT_FOUND') {
    const names = await unsoldTitles(cart, context)
    if (names.length === 0)
      return {
        text: 'An item was not available a moment ago, but is available again. Nothing was charged. Place the order again.',
      }
    return {
      text: `No longer available: ${names.map(isolateBidi).join(', ')}. Remove ${names.length === 1 ? 'it' : 'them'} from your cart to continue.`,
      link: toCart,
    }
  }
  return { text: 'We could not place this order. Please check your cart.', link: toCart }
}

function lineName({ lines }: Cart, variantId: string): string {
  const line = lines.find((each) => each.variantId === variantId)
  if (!line) return 'One of your items'
  return line.variantTitle === line.title ? line.title : `${line.title}, ${line.variantTitle}`
}

async function unsoldTitles({ lines }: Cart, { calls }: ShopContext): Promise<string[]> {
  const variantIds = lines.map((line) => line.variantId)
  const { variants } = await calls.catalog.getVariants({ variantIds })
  const sold = new Set(variants.map(({ variantId }) => variantId))
  return lines.filter(({ variantId }) => !sold.has(variantId)).map(({ title }) => title)
}

async function showReview(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  shown: {
    token: string | undefined
    idempotencyKey?: string | undefined
    problem?: Problem
    status?: number
    /** Seconds to wait before another attempt. */
    retryAfter?: string
  },
): Promise<PageReply> {
  const choice = isFree(cart) ? undefined : paymentChoice(context, shown.token)
  if (!choice && !isFree(cart)) return redirectTo(links.checkoutPayment)
  const page = checkoutReviewPage({
    cart,
    contact: cart.contact!,
    shippingOption: cart.shippingOption!,
    payment: choice,
    // By default, each time the page is shown, its button starts a new attempt.
    idempotencyKey: shown.idempotencyKey ?? newSecret('key'),
    cartVersion: cart.version,
    seen: JSON.stringify(seenOf(cart)),
    problem: shown.problem,
  })
  return show(request, context, page, {
    status: shown.status ?? (shown.problem ? 422 : 200),
    ...(shown.retryAfter === undefined ? {} : { headers: { 'retry-after': shown.retryAfter } }),
  })
}
