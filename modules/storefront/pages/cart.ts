import type { Cart, Totals } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { cartPage, lineField } from '../views/cart-page.ts'
import { emptyForm, type FieldError, type FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { toLostCart } from './checkout-step.ts'
import { cookieNames } from './cookies.ts'
import { refusalOptions } from './form-state.ts'
import { lineProblems } from './line-problems.ts'
import { type NoticeKey, notices } from './notices.ts'
import { refusalOf } from './refusals.ts'
import { goTo, show } from './show.ts'
import { cartCookies, findCart, forgetCart, isFailure, piecesIn } from './visitor.ts'

const SUGGESTIONS = 4

const showCart: ShopPage = {
  method: 'GET',
  path: links.cart,
  handle: async (request, context) => {
    const cart = await findCart(request, context)
    if (cart?.status === 'open') return showLines(request, context, cart)
    // While its payment is not decided, the cart may come back.
    return showLines(request, context, null, emptyForm, {
      forget: cart?.status !== 'frozen',
      ended: cart === null,
    })
  },
}

/**
 * The cart's page is one form, so that no button loses what was typed elsewhere: whichever is pressed, quantities are
 * saved first. The way to the checkout is open when all lines can be had.
 */
const changeCart: ShopPage = {
  method: 'POST',
  path: links.cart,
  handle: async (request, context) => {
    const cart = await findCart(request, context)
    if (cart?.status !== 'open') return cart ? goTo(links.cart) : toLostCart(request, context)
    try {
      const { now, notice, errors, refused } = await applyForm(cart, request.form, context)
      const toCheckout = request.form.go === 'checkout'
      if (toCheckout && errors.length === 0) errors.push(...(await shortLines(now, context)))
      if (errors.length > 0)
        return showLines(request, context, now, { values: request.form, errors }, { refused })
      return goTo(toCheckout ? links.checkout : links.cart, toCheckout ? undefined : notice, cartCookies(now))
    } catch (error) {
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_ORDERED')) return goTo(links.cart)
      throw error
    }
  },
}

export const cartPages = [showCart, changeCart]

/** Saves what the form says, one thing after the other, and tells what could not be done. */
async function applyForm(cart: Cart, form: Record<string, string>, { calls }: ShopContext) {
  const cartId = cart.id
  const errors: FieldError[] = []
  let refused: unknown
  let now = cart
  let notice: NoticeKey | undefined
  const attempt = async (field: string, change: () => Promise<Cart>, done: NoticeKey) => {
    try {
      now = await change()
      notice = done
    } catch (error) {
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_ORDERED')) throw error
      // Another tab has removed it.
      if (isFailure(error, 'LINE_NOT_FOUND')) return
      refused = error
      const isCode = field === 'code' && isFailure(error, 'INVALID_INPUT')
      errors.push({ field, message: isCode ? 'Enter a coupon code' : refusalOf(error).text })
    }
  }
  for (const { id: lineId, quantity: before } of cart.lines) {
    const field = lineField(lineId)
    const quantity = form.remove === lineId ? 0 : quantityIn(form[field] ?? String(before))
    if (quantity === before) continue
    // Who asks for none of it does not want it any more.
    if (quantity === 0) await attempt(field, () => calls.cart.removeLine({ cartId, lineId }), 'removed')
    else await attempt(field, () => calls.cart.updateLine({ cartId, lineId, quantity }), 'updated')
  }
  const { removeCoupon: removed, code = '' } = form
  if (removed)
    await attempt('code', () => calls.cart.removeCoupon({ cartId, code: removed }), 'coupon-removed')
  if (code.trim() !== '')
    await attempt('code', () => calls.cart.addCoupon({ cartId, code: code.trim() }), 'coupon-added')
  return { now, notice, errors, refused }
}

/** The lines that cannot be had as they are, as errors of their fields. */
async function shortLines(cart: Cart, context: ShopContext): Promise<FieldError[]> {
  const { lineMessages } = await lineProblems(cart, context)
  return Object.entries(lineMessages).map(([lineId, message]) => ({ field: lineField(lineId), message }))
}

/** The quantity that a field asks for; NaN for what is no whole number. */
export function quantityIn(text = '1'): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN
}

async function showLines(
  request: PageRequest,
  context: ShopContext,
  cart: Cart | null,
  form: FormState = emptyForm,
  { forget = true, ended = false, refused }: { forget?: boolean; ended?: boolean; refused?: unknown } = {},
): Promise<PageReply> {
  const [{ lineMessages, notes }, suggestions] = await Promise.all([
    lineProblems(cart, context),
    cart && cart.lines.length > 0 ? [] : suggest(context),
  ])
  const buyable = cart ? await buyableTotals(cart, lineMessages, context) : undefined
  const page = cartPage({ cart, lineMessages, buyable, form, suggestions })
  // Who has a session may have a cart that a guest cannot see.
  const lost =
    forget &&
    cart === null &&
    request.cookies[cookieNames.cart] !== undefined &&
    context.unknownVisitor === undefined
  return show(request, context, page, {
    ...(form.errors.length > 0 ? refusalOptions(refused) : {}),
    cartCount: piecesIn(cart),
    notes,
    ...(lost ? { cookies: forgetCart() } : {}),
    ...(lost && ended ? { notice: notices['cart-ended'] } : {}),
  })
}

/** What the lines cost that can be ordered; undefined where that is all of them. */
async function buyableTotals(
  { id: cartId, lines }: Cart,
  lineMessages: Readonly<Record<string, string>>,
  { calls }: ShopContext,
): Promise<Totals | undefined> {
  const lineIds = lines.flatMap(({ id }) => (lineMessages[id] ? [] : [id]))
  if (lineIds.length === lines.length || lineIds.length === 0) return undefined
  return (await calls.cart.priceLines({ cartId, lineIds })).totals
}

async function suggest({ calls }: ShopContext) {
  const { items } = await orElse(calls.catalog.listProducts({ available: true, limit: SUGGESTIONS }), {
    items: [],
  })
  return items
}
