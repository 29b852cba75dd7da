import type { Product } from '#modules/catalog/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopPage } from '../needs.ts'
import { chosenVariant, optionField } from '../rules/variant-choice.ts'
import { links } from '../views/links.ts'
import { quantityIn } from './cart.ts'
import type { NoticeKey } from './notices.ts'
import { readProduct } from './product.ts'
import { refusalOf } from './refusals.ts'
import { formAddress, goTo } from './show.ts'
import { changeCart } from './visitor.ts'

/** Puts pieces of a variant into the cart; what stands in the way is told on the product's page, choice and all. */
const addToCart: ShopPage = {
  method: 'POST',
  path: links.addToCart,
  handle: async (request, context) => {
    const { handle } = request.form
    if (!handle) throw runtimeFailure('INVALID_INPUT', 'Cannot add to the cart: the form names no product')
    const product = await readProduct(context, handle)
    const variant = chosenVariant(product, request.form)
    if (!variant) return toProduct(request, product, 'choose')
    const quantity = quantityIn(request.form.quantity)
    try {
      const { cookies } = await changeCart(request, context, (cartId, buyer) =>
        buyer.calls.cart.addLine({
          cartId,
          variantId: variant.id,
          quantity,
        }),
      )
      return goTo(links.cart, 'added', cookies)
    } catch (error) {
      return toProduct(request, product, refusalOf(error, quantity).notice)
    }
  },
}

export const addToCartPages = [addToCart, formAddress(links.addToCart, () => links.cart)]

/** The product's page has an address that opens again, with what was chosen. */
function toProduct({ form }: PageRequest, { handle, options }: Product, notice: NoticeKey): PageReply {
  const names = ['variantId', ...options.map(({ name }) => optionField(name)), 'quantity']
  const chosen = new URLSearchParams(
    names.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name].slice(0, MAX_LENGTH)]])),
  )
  return goTo(`${links.product(handle)}?${chosen}`, notice)
}

/** More than any value of an option has. */
const MAX_LENGTH = 200
