import type { Product } from '#modules/catalog/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { chosenVariant } from '../rules/variant-choice.ts'
import { links } from '../views/links.ts'
import { inWords, quantityIn } from './cart.ts'
import { readProduct, showProduct } from './product.ts'
import { goTo } from './show.ts'
import { changeCart, findCart, isFailure } from './visitor.ts'

/** Puts pieces of a variant into the cart; what stands in the way is told on the product's page, choice and all. */
export const addToCart: ShopPage = {
  method: 'POST',
  path: links.addToCart,
  handle: async (request, context) => {
    const { handle } = request.form
    if (!handle) throw runtimeFailure('INVALID_INPUT', 'Cannot add to the cart: the form names no product')
    const product = await readProduct(context, handle)
    const variant = chosenVariant(product, request.form)
    if (!variant) return refuse(request, context, product, 'Choose one of each option')
    try {
      const { cookies } = await changeCart(request, context, (cartId, buyer) =>
        buyer.calls.cart.addLine({
          cartId,
          variantId: variant.id,
          quantity: quantityIn(request.form.quantity),
        }),
      )
      return goTo(links.cart, 'added', cookies)
    } catch (error) {
      if (isFailure(error, 'CART_IN_CHECKOUT')) return toOrder(request, context)
      return refuse(request, context, product, inWords(error))
    }
  },
}

function refuse(
  request: PageRequest,
  context: ShopContext,
  product: Product,
  reason: string,
): Promise<PageReply> {
  const notice = { kind: 'problem' as const, text: `${product.title}: ${reason}.` }
  return showProduct(request, context, product, request.form, { status: 422, notice })
}

async function toOrder(request: PageRequest, context: ShopContext): Promise<PageReply> {
  const cart = await findCart(request, context)
  return goTo(cart?.orderId ? links.order(cart.orderId) : links.cart, 'in-checkout')
}
