import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { ShopPage } from '../needs.ts'
import { chosenVariant, firstVariant, optionField } from '../rules/variant-choice.ts'
import { links } from '../views/links.ts'
import { productPage } from '../views/product-page.ts'
import { CATALOG_CACHE } from './home.ts'
import { show } from './show.ts'
import { isFailure } from './visitor.ts'

const RELATED = 4

export const product: ShopPage = {
  method: 'GET',
  path: '/products/:handle',
  cache: CATALOG_CACHE,
  handle: async (request, context) => {
    const { catalog } = context.calls
    const handle = request.params.handle!
    const found = await catalog.getProduct({ handle }).catch((error: unknown) => {
      if (isFailure(error, 'PRODUCT_NOT_FOUND', 'INVALID_INPUT'))
        throw runtimeFailure('NOT_FOUND', `Cannot find the product "${handle}"`)
      throw error
    })
    const category = found.categories[0]
    const { items } = category
      ? await catalog.listProducts({ category: category.handle, limit: RELATED + 1 })
      : { items: [] }
    const asked =
      'variantId' in request.query || found.options.some(({ name }) => optionField(name) in request.query)
    const variant = asked ? chosenVariant(found, request.query) : firstVariant(found)
    const picked = Object.fromEntries(
      found.options.map(({ name }) => [name, request.query[optionField(name)] ?? '']),
    )
    const page = productPage({
      product: found,
      way: [
        { href: links.home, title: 'Home' },
        ...(category ? [{ href: links.category(category.handle), title: category.title }] : []),
      ],
      variant,
      chosen: variant?.options ?? picked,
      quantity: Math.min(999, Math.max(1, Number.parseInt(request.query.quantity ?? '1', 10) || 1)),
      related: items.filter((each) => each.id !== found.id).slice(0, RELATED),
    })
    return show(request, context, page)
  },
}
