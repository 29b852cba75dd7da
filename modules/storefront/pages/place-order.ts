import type { Cart } from '#modules/cart/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { isUnanswered, orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import { retryAfterOf } from '#runtime/http/problem.ts'
import { newSecret } from '#shared/ids.ts'
import { formatMoney } from '#shared/money.ts'
import type { ShopContext } from '../needs.ts'
import { piecesLeft } from '../rules/stock-messages.ts'
import { checkoutReviewPage } from '../views/checkout-review-page.ts'
import { links } from '../views/links.ts'
import { showPayment } from './checkout.ts'
import { checkoutStep, PROVIDER, paymentChoice, placedPath } from './checkout-step.ts'
import { cookieNames, deleteCookies } from './cookies.ts'
import { readOrder } from './orders.ts'
import { rememberOrder } from './placed-orders.ts'
import { goTo, show } from './show.ts'
import { findCart, forgetCart, isFailure } from './visitor.ts'

type Problem = { text: string; link?: { href: string; text: string } }

const NOT_ORDERED =
  'We cannot take your order right now. Nothing was charged. Please press the button again in a moment: you will never be charged twice.'
const toCart = { href: links.cart, text: 'Edit cart' }
const after = ['contact', 'shippingOption'] as const

const review = checkoutStep({ method: 'GET', path: links.checkoutReview, after }, (request, context, cart) =>
  showReview(request, context, cart, { token: request.cookies[cookieNames.payment] }),
)

/**
 * Orders what the review showed. The page's key makes one order of two clicks: the second waits for the answer to the
 * first. And nobody pays another total than the one that they have seen.
 */
const placeOrder = checkoutStep(
  { method: 'POST', path: links.placeOrder, after, underWay: true },
  async (request, context, cart) => {
    const { token = '', idempotencyKey, total } = request.form
    if (!paymentChoice(context, token) || !idempotencyKey) return goTo(links.checkoutReview)
    if (cart.status === 'open' && total !== String(cart.totals.total.amount)) {
      const text = `The total is ${formatMoney(cart.totals.total)} now, as a price has changed. Nothing was charged.`
      return showReview(request, context, cart, { token, problem: { text } })
    }
    try {
      const order = await context.calls.orders.placeOrder(
        { cartId: cart.id, payment: { provider: PROVIDER, token } },
        { key: idempotencyKey },
      )
      return toOrder(request, context, order)
    } catch (error) {
      return afterFailure(request, context, cart, error)
    }
  },
)

export const placeOrderPages = [review, placeOrder]

/** While the payment is not decided the cart may still come back, so it is kept. */
function toOrder(request: PageRequest, context: ShopContext, order: Pick<Order, 'id' | 'status'>): PageReply {
  const cart = order.status === 'pending' ? [] : forgetCart()
  return {
    redirect: placedPath(order.id),
    cookies: [rememberOrder(request, context, order.id), ...cart, ...deleteCookies('payment')],
  }
}

async function afterFailure(
  request: PageRequest,
  context: ShopContext,
  cart: Cart,
  error: unknown,
): Promise<PageReply> {
  const { token, idempotencyKey } = request.form
  if (isUnanswered(error) || isFailure(error, 'CART_ORDERED', 'CART_IN_CHECKOUT')) {
    // The order may have come about all the same.
    const now = await orElse(findCart(request, context), cart)
    if (now?.orderId && now.status !== 'open' && (await mayExist(now.orderId, context)))
      return toOrder(request, context, { id: now.orderId, status: 'pending' })
    const problem = { text: NOT_ORDERED }
    const retryAfter = String(retryAfterOf(error) ?? 1)
    return showReview(request, context, cart, { token, idempotencyKey, problem, status: 503, retryAfter })
  }
  if (!(error instanceof Failure)) throw error
  switch (error.code) {
    case 'PAYMENT_DECLINED': {
      const { reason } = error.data as { reason: string }
      const message = `${reason}. Nothing was charged: choose another way to pay, or try again`
      return showPayment(
        request,
        context,
        cart,
        { values: { token }, errors: [{ field: 'token', message }] },
        402,
      )
    }
    default:
      return showReview(request, context, cart, { token, problem: await problemOf(error, context, cart) })
  }
}

/** An attempt that came to nothing may hold the cart for another moment: no order came of it. */
function mayExist(orderId: string, context: ShopContext): Promise<boolean> {
  return orElse(
    readOrder(context, orderId).then((order) => order !== undefined),
    true,
  )
}

/** What a refused order means for the shopper, and where to mend it; faults of ours go on to the error page. */
async function problemOf(error: Failure, context: ShopContext, cart: Cart): Promise<Problem> {
  if (error.status >= 500) throw error
  if (isFailure(error, 'OUT_OF_STOCK')) {
    const { lines } = error.data as { lines: { variantId: string; available: number }[] }
    const short = lines.map(
      ({ variantId, available }) => `${nameIn(cart, variantId)}: ${piecesLeft(available).toLowerCase()}`,
    )
    return { text: `Someone else has just bought the last ones. ${short.join('; ')}.`, link: toCart }
  }
  if (isFailure(error, 'VARIANT_NOT_FOUND')) {
    const names = await unsoldIn(cart, context)
    return {
      text: `No longer available: ${names.join(', ')}. Remove it from your cart to continue.`,
      link: toCart,
    }
  }
  return { text: 'Your cart has changed in the meantime. Please check it again.', link: toCart }
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
  const choice = paymentChoice(context, shown.token)
  if (!choice) return goTo(links.checkoutPayment)
  const { items: countries } = await orElse(context.calls.cart.listCountries({}), { items: [] })
  const page = checkoutReviewPage({
    cart,
    contact: cart.contact!,
    shippingOption: cart.shippingOption!,
    payment: { provider: PROVIDER, token: choice.token, label: choice.label },
    countries,
    // A new look at the page is a new wish; only a try of which nobody knows the end keeps its key.
    idempotencyKey: shown.idempotencyKey ?? newSecret('key'),
    problem: shown.problem,
  })
  return show(request, context, page, {
    status: shown.status ?? (shown.problem ? 422 : 200),
    ...(shown.retryAfter === undefined ? {} : { headers: { 'retry-after': shown.retryAfter } }),
  })
}
