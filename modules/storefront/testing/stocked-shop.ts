import type { ProductDraft } from '#modules/catalog/contract.ts'
import type { HttpBrowser, ShownPage } from '#tests/support/http-browser.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop, type TestShopOptions } from '#tests/support/shop.ts'

export const PASSWORD = 'quaking aspen leaves'

const address = { name: 'Ada Buyer', line1: 'Street 1', postalCode: '10115', city: 'Berlin', country: 'DE' }

/** Valid values for the form of the checkout's first step. */
export const contactFields: Record<string, string> = {
  email: 'ada@example.com',
  ...Object.fromEntries(Object.entries(address).map(([name, value]) => [`shippingAddress.${name}`, value])),
}
/** Valid values for the form of an address in the account. */
export const addressFields: Record<string, string> = address

/**
 * Opens a shop with 10 pieces of each variant of three products: a cup, a bowl, and a shirt in two sizes and colours.
 */
export async function openStockedShop(options: TestShopOptions = {}): Promise<TestShop> {
  const shop = await openShop({
    http: true,
    ...options,
    environment: { PANDO_FETCH_PICTURES: 'off', ...options.environment },
  })
  const { results } = await shop.calls.catalog.importProducts({
    products: [oneProduct('cup'), oneProduct('bowl', 2400), shirt()],
    dryRun: false,
  })
  const variantIds = results.flatMap((result) => result.variantIds)
  await setStock(shop, variantIds, 10)
  return shop
}

function shirt(): ProductDraft {
  const draft = oneProduct('shirt', 3900)
  const [variant] = draft.variants
  const combinations = [
    ['S', 'Red'],
    ['M', 'Red'],
    ['M', 'Blue'],
  ]
  return {
    ...draft,
    options: [
      { name: 'Size', values: ['S', 'M'] },
      { name: 'Colour', values: ['Red', 'Blue'] },
    ],
    variants: combinations.map((optionValues) => ({ ...variant!, optionValues })),
  }
}

/** Sets the stock of all variants of a product, and waits until the catalog has the new stock. */
export async function setStockOf(shop: TestShop, handle: string, quantity: number): Promise<void> {
  const { variants } = await shop.calls.catalog.getProduct({ handle })
  await setStock(
    shop,
    variants.map(({ id }) => id),
    quantity,
  )
}

async function setStock(shop: TestShop, variantIds: string[], quantity: number): Promise<void> {
  const items = variantIds.map((variantId) => ({ variantId, quantity, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: true, dryRun: false })
  await shop.drain()
}

/** Adds a product to the visitor's cart through the product's page. */
export async function fillCart(visitor: HttpBrowser, handle = 'cup', quantity = 1): Promise<ShownPage> {
  const page = await visitor.get(`/products/${handle}`)
  return visitor.submit(page, '/cart/lines', { quantity: String(quantity) })
}

/** Goes through the checkout to the review, with the test card of this token. The visitor's cart must be filled. */
export async function goToReview(
  visitor: HttpBrowser,
  token = 'tok_ok',
  email = contactFields.email!,
): Promise<ShownPage> {
  let page = await visitor.get('/checkout/contact')
  page = await visitor.submit(page, '/checkout/contact', { ...contactFields, email })
  page = await visitor.submit(page, '/checkout/shipping')
  return visitor.submit(page, '/checkout/payment', { token })
}

/** Buys one piece of a product. Returns the page to which the order button leads. */
export async function buy(visitor: HttpBrowser, token = 'tok_ok', handle = 'cup'): Promise<ShownPage> {
  await fillCart(visitor, handle)
  return visitor.submit(await goToReview(visitor, token), '/checkout')
}

/** The id of the order that a page shows. */
export function orderIdIn(page: ShownPage): string {
  const found = /\/orders\/(ord_[0-9a-z]+)/.exec(page.path)
  if (!found)
    throw new Error(
      `Cannot find an order in the path ${page.path}. The page's text: ${page.text.slice(0, 400)}`,
    )
  return found[1]!
}

/** Creates an account through the pages. The visitor is logged in afterwards. */
export async function register(visitor: HttpBrowser, email: string, name = 'Ada Buyer'): Promise<ShownPage> {
  return visitor.submit(await visitor.get('/account/register'), '/account/register', {
    name,
    email,
    password: PASSWORD,
  })
}
