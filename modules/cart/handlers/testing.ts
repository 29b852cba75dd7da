import { newId } from '#shared/ids.ts'
import type { TestShop } from '#tests/support/shop.ts'

/** Fixtures for the tests of these handlers. */

export interface Goods {
  variantId: string
  handle: string
}

interface GoodsOptions {
  price?: number
  currency?: string
  /** null: unlimited. */
  stock?: number | null
  published?: boolean
  handle?: string
}

/** A product with one variant, in the catalog and in stock. */
export async function newGoods(shop: TestShop, options: GoodsOptions = {}): Promise<Goods> {
  const handle = options.handle ?? newId('goods').replace('_', '-')
  const product = await saveProduct(shop, handle, options)
  const variantId = product.variantIds[0]!
  await shop.calls.inventory.setStock({ variantId, quantity: options.stock ?? null, backorder: false })
  return { variantId, handle }
}

/** Creates or changes the product. */
export async function saveProduct(shop: TestShop, handle: string, options: GoodsOptions) {
  const { price = 1000, currency = 'EUR', published = true } = options
  return await shop.calls.catalog.saveProduct({
    handle,
    title: `Product ${handle}`,
    descriptionHtml: '',
    vendor: '',
    type: '',
    tags: [],
    published,
    options: [],
    variants: [
      {
        sku: null,
        optionValues: [],
        price: { amount: price, currency },
        compareAtPrice: null,
        weightGrams: 300,
        requiresShipping: true,
        taxable: true,
        barcode: null,
        pictureUrl: null,
      },
    ],
    pictures: [],
    seoTitle: '',
    seoDescription: '',
  })
}

/** A new cart of a guest, with its token. */
export async function newGuest(shop: TestShop) {
  const { id: cartId, token: issued } = await shop.as({ kind: 'guest' }).cart.createCart({})
  const token = issued!
  return { cartId, token, cart: shop.as({ kind: 'guest', bearer: token }).cart }
}

/** The cart's methods as a logged-in customer calls them; `bearer` is the token of a guest's cart. */
export function customer(shop: TestShop, customerId: string, bearer?: string) {
  return shop.as({ kind: 'customer', customerId, sessionId: newId('ses'), ...(bearer ? { bearer } : {}) })
    .cart
}
