import type { Product } from '#modules/catalog/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import { firstCharacters } from '#shared/text.ts'
import type { ShopPage } from '../needs.ts'
import { chosenVariant, optionField } from '../rules/variant-choice.ts'
import { links } from '../views/links.ts'
import { quantityIn } from './cart.ts'
import type { NoticeKey } from './notices.ts'
import { readProduct } from './product.ts'
import { refusalOf } from './refusals.ts'
import { redirectGet, redirectTo } from './show.ts'
import { changeCart } from './visitor.ts'

/** Adds pieces of a variant to the cart. On a refusal, the product's page says why and keeps the choice. */
const addToCart: ShopPage = {
  method: 'POST',
  path: links.addToCart,
  handle: async (request, context) => {
    const { handle } = request.form
    if (!handle)
      throw runtimeFailure('INVALID_INPUT', 'Cannot add to the cart: the form does not name a product')
    const product = await readProduct(context, handle)
    const variant = chosenVariant(product, request.form)
    if (!variant) return redirectToProduct(request, product, 'choose')
    const quantity = quantityIn(request.form.quantity)
    try {
      const { cookies } = await changeCart(request, context, (cartId, buyer) =>
        buyer.calls.cart.addLine({
          cartId,
          variantId: variant.id,
          quantity,
        }),
      )
      return redirectTo(links.cart, 'added', cookies)
    } catch (error) {
      return redirectToProduct(request, product, refusalOf(error, quantity).notice)
    }
  },
}

export const addToCartPages = [addToCart, redirectGet(links.addToCart, () => links.cart)]

/** Redirects to the product's page with the choice in the query, so that a reload shows it again. */
function redirectToProduct(
  { form }: PageRequest,
  { handle, options }: Product,
  notice: NoticeKey,
): PageReply {
  const names = ['variantId', ...options.map(({ name }) => optionField(name)), 'quantity']
  const chosen = new URLSearchParams(
    names.flatMap((name) =>
      form[name] === undefined ? [] : [[name, firstCharacters(form[name], MAX_VALUE_LENGTH)]],
    ),
  )
  return redirectTo(`${links.product(handle)}?${chosen}`, notice)
}

/** The maximum length of an option value in the catalog. */
const MAX_VALUE_LENGTH = 255
