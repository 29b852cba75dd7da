import type { Cart } from '#modules/cart/contract.ts'
import { Failure, runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { chosenVariant } from '../rules/variant-choice.ts'
import { cartPage } from '../views/cart-page.ts'
import { emptyForm, type FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { refusedForm } from './form-state.ts'
import { goTo, show } from './show.ts'
import { cartCookies, changeCart, findCart, piecesIn } from './visitor.ts'

const SUGGESTIONS = 4

const showCart: ShopPage = {
  method: 'GET',
  path: '/cart',
  handle: async (request, context) => render(request, context, await findCart(request, context)),
}

const addLine: ShopPage = {
  method: 'POST',
  path: '/cart/lines',
  handle: async (request, context) => {
    const { handle, quantity } = request.form
    const variantId = await variantIn(request, context)
    const back = handle ? links.product(handle) : links.cart
    if (!variantId) return { redirect: `${back}?${new URLSearchParams(request.form)}` }
    try {
      const { cookies } = await changeCart(request, context, (cartId, buyer) =>
        buyer.calls.cart.addLine({ cartId, variantId, quantity: quantityIn(quantity) }),
      )
      return goTo(links.cart, 'added', cookies)
    } catch (error) {
      const cart = await findCart(request, context)
      return render(request, context, cart, { problem: inWords(error) })
    }
  },
}

const changeLine: ShopPage = {
  method: 'POST',
  path: '/cart/lines/:lineId',
  handle: (request, context) =>
    onCart(request, context, 'updated', (cartId) =>
      context.calls.cart.updateLine({
        cartId,
        lineId: request.params.lineId!,
        quantity: quantityIn(request.form.quantity),
      }),
    ),
}

const removeLine: ShopPage = {
  method: 'POST',
  path: '/cart/lines/:lineId/remove',
  handle: (request, context) =>
    onCart(request, context, 'removed', (cartId) =>
      context.calls.cart.removeLine({ cartId, lineId: request.params.lineId! }),
    ),
}

const addCoupon: ShopPage = {
  method: 'POST',
  path: '/cart/coupons',
  handle: (request, context) =>
    onCart(
      request,
      context,
      'coupon-added',
      (cartId) => context.calls.cart.addCoupon({ cartId, code: (request.form.code ?? '').trim() }),
      (error) => refusedForm(request.form, error, 'code'),
    ),
}

const removeCoupon: ShopPage = {
  method: 'POST',
  path: '/cart/coupons/remove',
  handle: (request, context) =>
    onCart(request, context, 'updated', (cartId) =>
      context.calls.cart.removeCoupon({ cartId, code: request.form.code ?? '' }),
    ),
}

export const cartPages = [showCart, addLine, changeLine, removeLine, addCoupon, removeCoupon]

/** Changes the cart that is there and goes back to it; says on its page what could not be done. */
async function onCart(
  request: PageRequest,
  context: ShopContext,
  done: Parameters<typeof goTo>[1],
  change: (cartId: string) => Promise<Cart>,
  couponForm?: (error: unknown) => FormState,
): Promise<PageReply> {
  const cart = await findCart(request, context)
  if (!cart) return goTo(links.cart)
  try {
    return goTo(links.cart, done, cartCookies(await change(cart.id)))
  } catch (error) {
    if (couponForm) return render(request, context, cart, { couponForm: couponForm(error) })
    const lineId = request.params.lineId
    const text = inWords(error)
    const line = cart.lines.find((each) => each.id === lineId)
    return render(request, context, cart, line ? { lineMessages: { [line.id]: text } } : { problem: text })
  }
}

async function render(
  request: PageRequest,
  context: ShopContext,
  cart: Cart | null,
  wrong: { problem?: string; lineMessages?: Record<string, string>; couponForm?: FormState } = {},
): Promise<PageReply> {
  const empty = !cart || cart.lines.length === 0
  const suggestions = empty
    ? await context.calls.catalog.listProducts({ available: true, limit: SUGGESTIONS })
    : { items: [] }
  const page = cartPage({
    cart,
    lineMessages: wrong.lineMessages ?? {},
    couponForm: wrong.couponForm ?? emptyForm,
    suggestions: suggestions.items,
  })
  const failed =
    wrong.problem !== undefined || wrong.lineMessages !== undefined || wrong.couponForm !== undefined
  return show(request, context, page, {
    status: failed ? 422 : 200,
    cartCount: piecesIn(cart),
    ...(wrong.problem ? { notice: { kind: 'problem' as const, text: wrong.problem } } : {}),
  })
}

/** What a refused change means for the shopper; faults of ours go on to the error page. */
function inWords(error: unknown): string {
  if (!(error instanceof Failure) || error.status >= 500) throw error
  switch (error.code) {
    case 'OUT_OF_STOCK': {
      const { available } = error.data as { available: number }
      if (available <= 0) return 'It is sold out. Somebody was faster'
      return available === 1 ? 'Only 1 piece is left' : `Only ${available} pieces are left`
    }
    case 'CART_IN_CHECKOUT':
      return 'An order for this cart is under way. Wait until its payment is decided'
    case 'INVALID_INPUT':
      return 'Choose a quantity from 1 to 999'
    case 'VARIANT_NOT_FOUND':
      return 'This product is no longer sold'
    default:
      return error.message
  }
}

async function variantIn(request: PageRequest, context: ShopContext): Promise<string | undefined> {
  const { variantId, handle } = request.form
  if (variantId) return variantId
  if (!handle) throw runtimeFailure('INVALID_INPUT', 'Cannot add to the cart: the form names no product')
  return chosenVariant(await context.calls.catalog.getProduct({ handle }), request.form)?.id
}

function quantityIn(text: string | undefined): number {
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) : text === undefined ? 1 : 0
}
