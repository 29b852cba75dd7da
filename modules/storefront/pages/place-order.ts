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
import { checkoutStep, isFree, PROVIDER, paymentChoice, placedPath } from './checkout-step.ts'
import { cookieNames, deleteCookies } from './cookies.ts'
import { rememberUnpaid, unpaidOrder } from './pending-order.ts'
import { readOrder, rememberOrder } from './placed-orders.ts'
import { goTo, show } from './show.ts'
import { findCart, forgetCart, isFailure } from './visitor.ts'

type Problem = NonNullable<CheckoutReviewPageProps['problem']>

const NOT_ORDERED =
  'We cannot take your order right now. Nothing was charged. Please press the button again in a moment: you will never be charged twice.'
const toCart = { href: links.cart, text: 'Edit cart' }
const after = ['contact', 'shippingOption'] as const

const review = checkoutStep({ method: 'GET', path: links.checkoutReview, after }, (request, context, cart) =>
  showReview(request, context, cart, { token: request.cookies[cookieNames.payment] }),
)

/**
 * Orders what the review showed, and nothing else: the form names the version of the cart. The page's key makes one order
 * of two clicks: the second waits for the answer to the first.
 */
const placeOrder = checkoutStep(
  { method: 'POST', path: links.placeOrder, after, underWay: true },
  async (request, context, cart) => {
    const { token = '', idempotencyKey, cartVersion } = request.form
    const isPayable = isFree(cart) || paymentChoice(context, token)
    if (!isPayable || !idempotencyKey || !cartVersion) return goTo(links.checkoutReview)
    try {
      const order = await context.calls.orders.placeOrder(
        { cartId: cart.id, cartVersion, ...(token ? { payment: { provider: PROVIDER, token } } : {}) },
        { key: idempotencyKey },
      )
      return toOrder(request, context, order)
    } catch (error) {
      return afterFailure(request, context, cart, error)
    }
  },
)

export const placeOrderPages = [review, placeOrder]

/** While the payment is not decided the cart may still come back, so it is kept; by then it holds nothing. */
function toOrder(request: PageRequest, context: ShopContext, order: Pick<Order, 'id' | 'status'>): PageReply {
  const kept =
    order.status === 'pending'
      ? [...rememberUnpaid(request, context, order.id), ...deleteCookies('cartCount')]
      : [rememberOrder(request, context, order.id), ...forgetCart()]
  return { redirect: placedPath(order.id), cookies: [...kept, ...deleteCookies('payment')] }
}

async function afterFailure(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  error: unknown,
): Promise<PageReply> {
  if (isUnanswered(error) || isFailure(error, 'CART_ORDERED', 'CART_IN_CHECKOUT')) {
    // The order may have come about all the same, or another tab may have made it.
    const now = await orElse(findCart(request, context), cart)
    if (now?.orderId && now.status !== 'open' && (await mayExist(now.orderId, context)))
      return toOrder(request, context, { id: now.orderId, status: 'pending' })
    const problem = { text: NOT_ORDERED }
    const retryAfter = String(retryAfterOf(error) ?? 1)
    const { token, idempotencyKey, cartVersion } = request.form
    // Only a try of which nobody knows the end keeps its key.
    const kept = cartVersion === cart.version ? { idempotencyKey } : {}
    return showReview(request, context, cart, { token, ...kept, problem, status: 503, retryAfter })
  }
  // The form of the address says what is wrong with it.
  if (isFailure(error, 'ADDRESS_INVALID')) return goTo(links.checkoutContact)
  if (isFailure(error, 'CART_CHANGED')) return showChanges(request, context)
  if (!(error instanceof Failure)) throw error
  switch (error.code) {
    case 'PAYMENT_DECLINED': {
      const { token } = request.form
      const { reason } = error.data as { reason: string }
      const message = `${isolateBidi(reason)}. Nothing was charged: choose another way to pay, or try again`
      return showPayment(
        request,
        context,
        cart,
        { values: { token }, errors: [{ field: 'token', message }] },
        402,
      )
    }
    default: {
      const problem = await problemOf(error, request, context, cart)
      return showReview(request, context, cart, { token: request.form.token, problem })
    }
  }
}

/** Shows the review of what is in the cart now, and says what differs from the one that was confirmed. */
async function showChanges(request: PageRequest, context: ShopContext): Promise<PageReply> {
  const now = await findCart(request, context)
  if (!now || now.lines.length === 0 || now.status !== 'open') return goTo(links.cart, 'cart-changed')
  if (!now.contact) return goTo(links.checkoutContact, 'cart-changed')
  if (!now.shippingOption) return goTo(links.checkoutShipping, 'cart-changed')
  const seen = readSeen(request.form.seen)
  return showReview(request, context, now, {
    token: request.form.token,
    status: 409,
    problem: {
      text: 'Something has changed since you saw this page. Nothing was charged. Please check your order again before you place it.',
      changes: seen ? changesSince(seen, now) : [],
    },
  })
}

/** An attempt that came to nothing may hold the cart for another moment: no order came of it. */
function mayExist(orderId: string, context: ShopContext): Promise<boolean> {
  return orElse(
    readOrder(context, orderId).then((order) => order !== undefined),
    true,
  )
}

/** What a refused order means for the shopper, and where to mend it; faults of ours go on to the error page. */
async function problemOf(
  error: Failure,
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
): Promise<Problem> {
  if (error.status >= 500) throw error
  if (error.code === 'UNPAID_LIMIT') {
    const unpaid = unpaidOrder(request)
    return {
      text: 'Too many items are waiting for their payment. Nothing was charged. Pay for or cancel an earlier order first, choose another way to pay, or order less at once.',
      link: unpaid ? { href: links.order(unpaid), text: 'Go to the unpaid order' } : toCart,
    }
  }
  if (isFailure(error, 'OUT_OF_STOCK')) {
    const { lines } = error.data as { lines: { variantId: string; available: number }[] }
    const short = lines.map(
      ({ variantId, available }) =>
        `${isolateBidi(nameIn(cart, variantId))}: ${piecesLeft(available).toLowerCase()}`,
    )
    return { text: `Someone else has just bought the last ones. ${short.join('; ')}.`, link: toCart }
  }
  if (isFailure(error, 'VARIANT_NOT_FOUND')) {
    const names = await unsoldIn(cart, context)
    return {
      text: `No longer available: ${names.map(isolateBidi).join(', ')}. Remove it from your cart to continue.`,
      link: toCart,
    }
  }
  return { text: 'Your cart cannot be ordered as it is. Please check it again.', link: toCart }
}

function nameIn({ lines }: Cart, variantId: string): string {
  const line = lines.find((each) => each.variantId === variantId)
  if (!line) return 'One of your items'
  return line.variantTitle === line.title ? line.title : `${line.title}, ${line.variantTitle}`
}

async function unsoldIn({ lines }: Cart, { calls }: ShopContext): Promise<string[]> {
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
    /** Seconds after which another try makes sense. */
    retryAfter?: string
  },
): Promise<PageReply> {
  const choice = isFree(cart) ? undefined : paymentChoice(context, shown.token)
  if (!choice && !isFree(cart)) return goTo(links.checkoutPayment)
  const page = checkoutReviewPage({
    cart,
    contact: cart.contact!,
    shippingOption: cart.shippingOption!,
    payment: choice && { provider: PROVIDER, token: choice.token, label: choice.label },
    // A new look at the page is a new wish.
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
