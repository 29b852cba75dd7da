import type { Product } from '#modules/catalog/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { chosenVariant, firstVariant, optionField } from '../rules/variant-choice.ts'
import { links } from '../views/links.ts'
import { productPage } from '../views/product-page.ts'
import { cookieNames } from './cookies.ts'
import { CATALOG_CACHE } from './home.ts'
import { noticeOf } from './notices.ts'
import { show } from './show.ts'
import { isFailure } from './visitor.ts'

const RELATED = 4
const MAX_QUANTITY = 999

export const product: ShopPage = {
  method: 'GET',
  path: '/products/:handle',
  cache: CATALOG_CACHE,
  handle: async (request, context) =>
    showProduct(request, context, await readProduct(context, request.params.handle!)),
}

export async function readProduct({ calls }: ShopContext, handle: string): Promise<Product> {
  try {
    return await calls.catalog.getProduct({ handle })
  } catch (error) {
    if (isFailure(error, 'PRODUCT_NOT_FOUND', 'INVALID_INPUT'))
      throw runtimeFailure('NOT_FOUND', `Cannot find the product "${handle}"`)
    throw error
  }
}

/** The page of a product. The query may choose a variant and a quantity. */
async function showProduct(request: PageRequest, context: ShopContext, product: Product): Promise<PageReply> {
  const fields = request.query
  const [category] = product.categories
  const hasChoice = 'variantId' in fields || product.options.some(({ name }) => optionField(name) in fields)
  const variant = hasChoice ? chosenVariant(product, fields) : firstVariant(product)
  const chosenValues = product.options.map(({ name }) => [name, fields[optionField(name)] ?? ''])
  const { inventory } = context.calls
  const [related, stockKnown] = await Promise.all([
    category ? relatedTo(product, category.handle, context) : [],
    context.services.stock.isKnown(() => inventory.getAvailability({ variantIds: [] })),
  ])
  const key = request.cookies[cookieNames.notice]
  // Notices about the quantity also appear at its field
  const quantityMessage = key === 'quantity' || key?.startsWith('left.') ? noticeOf(key)?.text : undefined
  const { quantity = '1' } = fields
  const page = productPage({
    product,
    stockKnown,
    crumbs: [
      { href: links.home, title: 'Home' },
      ...(category ? [{ href: links.category(category.handle), title: category.title }] : []),
    ],
    variant,
    chosen: variant?.options ?? Object.fromEntries(chosenValues),
    // A refused quantity is shown as the shopper typed it.
    quantity: quantityMessage
      ? quantity
      : Math.min(MAX_QUANTITY, Math.max(1, Number.parseInt(quantity, 10) || 1)),
    quantityMessage,
    related,
  })
  return show(request, context, page)
}

async function relatedTo(product: Product, category: string, { calls }: ShopContext) {
  const { items } = await calls.catalog.listProducts({ category, limit: RELATED + 1 })
  return items.filter((each) => each.id !== product.id).slice(0, RELATED)
}
