import type { Cart } from '#modules/cart/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { piecesLeft, stockMessages, unsoldMessages } from '../rules/stock-messages.ts'
import { cartPage } from '../views/cart-page.ts'
import { emptyForm, type FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { cookieNames } from './cookies.ts'
import { refusedForm } from './form-state.ts'
import type { NoticeKey } from './notices.ts'
import { goTo, show } from './show.ts'
import { cartCookies, findCart, forgetCart, isFailure, piecesIn } from './visitor.ts'

const SUGGESTIONS = 4

const showCart: ShopPage = {
  method: 'GET',
  path: links.cart,
  handle: async (request, context) => {
    const cart = await findCart(request, context)
    if (cart?.status === 'frozen') return goTo(links.order(cart.orderId!), 'in-checkout')
    return showLines(request, context, cart?.status === 'open' ? cart : null)
  },
}

const changeLine: ShopPage = {
  method: 'POST',
  path: '/cart/lines/:lineId',
  handle: (request, context) => {
    const lineId = request.params.lineId!
    const quantity = quantityIn(request.form.quantity)
    return onCart(
      request,
      context,
      // Who asks for none of it does not want it any more.
      (cartId) =>
        quantity === 0
          ? context.calls.cart.removeLine({ cartId, lineId })
          : context.calls.cart.updateLine({ cartId, lineId, quantity }),
      quantity === 0 ? 'removed' : 'updated',
    )
  },
}

const removeLine: ShopPage = {
  method: 'POST',
  path: '/cart/lines/:lineId/remove',
  handle: (request, context) =>
    onCart(
      request,
      context,
      (cartId) => context.calls.cart.removeLine({ cartId, lineId: request.params.lineId! }),
      'removed',
    ),
}

const addCoupon: ShopPage = {
  method: 'POST',
  path: links.addCoupon,
  handle: (request, context) =>
    onCart(
      request,
      context,
      (cartId) => context.calls.cart.addCoupon({ cartId, code: (request.form.code ?? '').trim() }),
      'coupon-added',
      (error) => refusedForm(request.form, error, 'code'),
    ),
}

const removeCoupon: ShopPage = {
  method: 'POST',
  path: links.removeCoupon,
  handle: (request, context) =>
    onCart(
      request,
      context,
      (cartId) => context.calls.cart.removeCoupon({ cartId, code: request.form.code ?? '' }),
      'coupon-removed',
    ),
}

export const cartPages = [showCart, changeLine, removeLine, addCoupon, removeCoupon]

/** The quantity that a field asks for; NaN for what is no whole number. */
export function quantityIn(text = '1'): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN
}

/** What a refused change means for the shopper; faults of ours go on to the error page. */
export function inWords(error: unknown): string {
  if (!(error instanceof Failure) || error.status >= 500) throw error
  switch (error.code) {
    case 'OUT_OF_STOCK':
      return piecesLeft((error.data as { available: number }).available)
    case 'CART_FULL':
      return 'That is more than one cart can hold'
    case 'CURRENCY_MISMATCH':
      return 'Its price is in a different currency from the rest of your cart'
    case 'INVALID_INPUT':
      return 'Choose a quantity from 1 to 999'
    case 'VARIANT_NOT_FOUND':
      return 'This is no longer available'
    default:
      return error.message
  }
}

/** Changes the cart that is there and goes back to it; says on its page what could not be done. */
async function onCart(
  request: PageRequest,
  context: ShopContext,
  change: (cartId: string) => Promise<Cart>,
  done: NoticeKey,
  couponForm?: (error: unknown) => FormState,
): Promise<PageReply> {
  const cart = await findCart(request, context)
  if (cart === null) return goTo(links.cart)
  try {
    return goTo(links.cart, done, cartCookies(await change(cart.id)))
  } catch (error) {
    if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_ORDERED', 'LINE_NOT_FOUND')) return goTo(links.cart)
    if (couponForm) return showLines(request, context, cart, { couponForm: couponForm(error) })
    return showLines(request, context, cart, {
      lineMessages: { [request.params.lineId ?? '']: inWords(error) },
    })
  }
}

async function showLines(
  request: PageRequest,
  context: ShopContext,
  cart: Cart | null,
  wrong: { lineMessages?: Record<string, string>; couponForm?: FormState } = {},
): Promise<PageReply> {
  const [{ lineMessages, notes }, suggestions] = await Promise.all([
    tellOf(cart, context),
    cart && cart.lines.length > 0 ? [] : suggest(context),
  ])
  const page = cartPage({
    cart,
    lineMessages: { ...lineMessages, ...wrong.lineMessages },
    couponForm: wrong.couponForm ?? emptyForm,
    suggestions,
  })
  // Who has a session may have a cart that a guest cannot see.
  const lost =
    cart === null && request.cookies[cookieNames.cart] !== undefined && context.unknownVisitor === undefined
  return show(request, context, page, {
    status: wrong.lineMessages || wrong.couponForm ? 422 : 200,
    cartCount: piecesIn(cart),
    notes,
    ...(lost ? { cookies: forgetCart() } : {}),
  })
}

const STOCK_UNKNOWN =
  'We cannot check stock right now. You can fill your cart and order as soon as the check works again.'
const PRICES_UNKNOWN =
  'We cannot check prices right now. You see the latest prices we know, and can order as soon as the check works again.'

/** What is known of the lines beside what the cart says, and what cannot be known now. */
async function tellOf(
  cart: Cart | null,
  { calls }: ShopContext,
): Promise<{ lineMessages: Record<string, string>; notes: string[] }> {
  if (cart === null || cart.lines.length === 0) return { lineMessages: {}, notes: [] }
  const variantIds = cart.lines.map((line) => line.variantId)
  const [stock, sold] = await Promise.all([
    orElse(calls.inventory.getAvailability({ variantIds }), undefined),
    orElse(calls.catalog.getVariants({ variantIds }), undefined),
  ])
  return {
    lineMessages: {
      ...stockMessages(cart.lines, stock?.items ?? []),
      ...unsoldMessages(cart.lines, sold?.variants),
    },
    notes: [...(stock ? [] : [STOCK_UNKNOWN]), ...(sold ? [] : [PRICES_UNKNOWN])],
  }
}

async function suggest({ calls }: ShopContext) {
  const { items } = await orElse(calls.catalog.listProducts({ available: true, limit: SUGGESTIONS }), {
    items: [],
  })
  return items
}
