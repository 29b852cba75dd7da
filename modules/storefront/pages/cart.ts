import type { Cart } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { lineMessages } from '../rules/stock-messages.ts'
import { cartPage, lineField } from '../views/cart-page.ts'
import { emptyForm, type FieldError, type FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { redirectToCart } from './checkout-step.ts'
import { cookieNames } from './cookies.ts'
import { refusalOptions } from './form-state.ts'
import { type NoticeKey, notices } from './notices.ts'
import { refusalOf } from './refusals.ts'
import { redirectTo, show } from './show.ts'
import { uncheckedNotes } from './unchecked-notes.ts'
import { cartCookies, findCart, forgetCart, isFailure, piecesIn } from './visitor.ts'

const SUGGESTIONS = 4

const showCart: ShopPage = {
  method: 'GET',
  path: links.cart,
  handle: async (request, context) => {
    const cart = await findCart(request, context)
    if (cart?.status === 'open') return showLines(request, context, cart)
    // The browser keeps the cookies of a frozen cart, which is reopened if its payment fails.
    return showLines(request, context, null, emptyForm, {
      forgetsCart: cart?.status !== 'frozen',
      hasEnded: cart === null,
    })
  },
}

/**
 * The cart's page is one form, so that no button loses the input of other fields: every button saves the quantities
 * first. The checkout button redirects to the checkout only if nothing was refused and all lines can be ordered.
 */
const submitCart: ShopPage = {
  method: 'POST',
  path: links.cart,
  handle: async (request, context) => {
    const cart = await findCart(request, context)
    if (!cart) return redirectToCart(request, context)
    if (cart.status !== 'open') return redirectTo(links.cart)
    try {
      const { updated, notice, errors, lastRefusal } = await applyForm(cart, request.form, context)
      const toCheckout = request.form.go === 'checkout'
      if (toCheckout && errors.length === 0) errors.push(...unorderableLineErrors(updated))
      if (errors.length > 0)
        return showLines(request, context, updated, { values: request.form, errors }, { lastRefusal })
      return redirectTo(
        toCheckout ? links.checkout : links.cart,
        toCheckout ? undefined : notice,
        cartCookies(updated),
      )
    } catch (error) {
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_ORDERED')) return redirectTo(links.cart)
      throw error
    }
  },
}

export const cartPages = [showCart, submitCart]

/**
 * Applies the changes in the form one after the other; a refused one does not stop the others. Returns the updated cart,
 * the notice of the last accepted change, and the errors of the refused ones.
 */
async function applyForm(cart: Cart, form: Record<string, string>, { calls }: ShopContext) {
  const cartId = cart.id
  const errors: FieldError[] = []
  let lastRefusal: unknown
  let updated = cart
  let notice: NoticeKey | undefined
  const attempt = async (field: string, change: () => Promise<Cart>, accepted: NoticeKey) => {
    try {
      updated = await change()
      notice = accepted
    } catch (error) {
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_ORDERED')) throw error
      // Another tab has removed the line.
      if (isFailure(error, 'LINE_NOT_FOUND')) return
      lastRefusal = error
      const isCode = field === 'code' && isFailure(error, 'INVALID_INPUT')
      errors.push({ field, message: isCode ? 'Enter a coupon code' : refusalOf(error).text })
    }
  }
  for (const { id: lineId, quantity: before } of cart.lines) {
    const field = lineField(lineId)
    const quantity = form.remove === lineId ? 0 : quantityIn(form[field] ?? String(before))
    if (quantity === before) continue
    // A quantity of zero removes the line.
    if (quantity === 0) await attempt(field, () => calls.cart.removeLine({ cartId, lineId }), 'removed')
    else await attempt(field, () => calls.cart.updateLine({ cartId, lineId, quantity }), 'updated')
  }
  const { removeCoupon: removed, code = '' } = form
  if (removed)
    await attempt('code', () => calls.cart.removeCoupon({ cartId, code: removed }), 'coupon-removed')
  if (code.trim() !== '')
    await attempt('code', () => calls.cart.addCoupon({ cartId, code: code.trim() }), 'coupon-added')
  return { updated, notice, errors, lastRefusal }
}

/** Errors for the quantity fields of the lines that cannot be ordered. */
function unorderableLineErrors({ lines }: Cart): FieldError[] {
  return Object.entries(lineMessages(lines)).map(([lineId, message]) => ({
    field: lineField(lineId),
    message,
  }))
}

/** Parses a quantity of up to six digits; 1 if the form has none. Returns NaN, which the cart refuses, for other text. */
export function quantityIn(text = '1'): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN
}

interface CartPageOptions {
  /** Deletes the cart's cookies, if the browser has any. Default: false. */
  forgetsCart?: boolean
  /** With `forgetsCart`: says that the cart has expired or was moved to an account. Default: false. */
  hasEnded?: boolean
  /** Why the form's last refused change was refused. It decides the status of the page. */
  lastRefusal?: unknown
}

async function showLines(
  request: PageRequest,
  context: ShopContext,
  cart: Cart | null,
  form: FormState = emptyForm,
  { forgetsCart = false, hasEnded = false, lastRefusal }: CartPageOptions = {},
): Promise<PageReply> {
  const [notes, suggestions] = await Promise.all([
    cart ? uncheckedNotes(cart, context) : [],
    cart && cart.lines.length > 0 ? [] : suggest(context),
  ])
  const page = cartPage({ cart, lineMessages: lineMessages(cart?.lines ?? []), form, suggestions })
  // While the session cannot be checked, the visitor counts as a guest, but the cart may be the customer's.
  const isForgotten =
    forgetsCart && request.cookies[cookieNames.cart] !== undefined && context.unknownVisitor === undefined
  return show(request, context, page, {
    ...(form.errors.length > 0 ? refusalOptions(lastRefusal) : {}),
    cartCount: piecesIn(cart),
    notes,
    ...(isForgotten ? { cookies: forgetCart() } : {}),
    ...(isForgotten && hasEnded ? { notice: notices['cart-ended'] } : {}),
  })
}

async function suggest({ calls }: ShopContext) {
  const { items } = await orElse(calls.catalog.listProducts({ available: true, limit: SUGGESTIONS }), {
    items: [],
  })
  return items
}
