import type { Transport } from '#runtime/call/call.ts'
import type { Caller } from '#runtime/contract/caller.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { TestShop } from '#tests/support/shop.ts'

let products = 0

/** Adds a product with stock and a price in cents, and returns the id of its variant. */
export async function createProduct(shop: TestShop, pieces: number, cents = 1000): Promise<string> {
  const variantId = await upsertProduct(shop, `product-${++products}`, cents)
  await shop.calls.inventory.importStock({
    items: [{ variantId, quantity: pieces, backorder: false }],
    overwrite: true,
    dryRun: false,
  })
  return variantId
}

/** Adds a product, or changes its price (in cents). Returns the id of its variant. */
export async function upsertProduct(shop: TestShop, handle: string, cents: number): Promise<string> {
  const { results } = await shop.calls.catalog.importProducts({
    dryRun: false,
    products: [
      {
        handle,
        title: `The ${handle}`,
        descriptionHtml: '',
        vendor: 'Pando',
        type: 'Thing',
        tags: [],
        published: true,
        options: [],
        variants: [
          {
            sku: handle,
            optionValues: [],
            price: { amount: cents, currency: 'EUR' },
            compareAtPrice: null,
            weightGrams: 200,
            requiresShipping: true,
            taxable: true,
            barcode: null,
            pictureUrl: null,
          },
        ],
        pictures: [],
        seoTitle: '',
        seoDescription: '',
      },
    ],
  })
  return results[0]!.variantIds[0]!
}

/** A shopper with a complete cart. */
export interface Shopper {
  cartId: string
  /** The version of the cart that the shopper has seen. */
  cartVersion: string
  caller: Caller
}

/** Fills a cart and sets contact and shipping option. Without `customerId` the shopper is a guest. */
export async function fillCart(
  shop: TestShop,
  lines: Record<string, number>,
  customerId?: string,
  email = 'ada@example.com',
): Promise<Shopper> {
  const customer: Caller | undefined = customerId
    ? { kind: 'customer', customerId, sessionId: 'ses_1' }
    : undefined
  const { id: cartId, token } = await shop.as(customer ?? { kind: 'guest' }).cart.createCart({})
  const caller: Caller = customer ?? { kind: 'guest', bearer: token! }
  const { cart } = shop.as(caller)
  for (const [variantId, quantity] of Object.entries(lines))
    await cart.addLine({ cartId, variantId, quantity })
  await cart.setContact({
    cartId,
    email,
    shippingAddress: {
      name: 'Ada Byron',
      line1: 'Lindenweg 1',
      city: 'Bern',
      postalCode: '3000',
      country: 'CH',
    },
  })
  const { items } = await cart.listShippingOptions({ cartId })
  const { version } = await cart.setShippingOption({ cartId, shippingOptionId: items[0]!.id })
  return { cartId, cartVersion: version, caller }
}

export function placeOrder(
  shop: TestShop,
  { cartId, cartVersion, caller }: Shopper,
  token = 'tok_ok',
  key?: string,
) {
  return shop
    .as(caller)
    .orders.placeOrder({ cartId, cartVersion, payment: { provider: 'test', token } }, key ? { key } : {})
}

/** The available pieces of a variant: on hand and not reserved. */
export async function piecesLeft(shop: TestShop, variantId: string): Promise<number | null> {
  const { items } = await shop.calls.inventory.getAvailability({ variantIds: [variantId] })
  return items[0]!.available
}

/** Runs the workflows of `orders` that are due, as the shop's job does each second, until none is due. */
export async function recoverWorkflows(shop: TestShop): Promise<void> {
  while ((await shop.shop.engine.recover(shop.shop.modules.get('orders')!)) > 0);
}

/**
 * Lets remote calls fail as if their processes were down. `isCut` selects methods by ids such as
 * `payments.createIntent`; `beforeEach` runs before each failure. Returns a function that restores the calls.
 */
export function cutOff(
  { shop }: TestShop,
  isCut: (method: string) => boolean,
  beforeEach: () => Promise<unknown> = () => Promise.resolve(),
): () => void {
  const { remote } = shop.dispatcher
  const originals = new Map(remote)
  for (const [module, transport] of originals) {
    const cut: Transport = {
      call: (method, ...rest) =>
        isCut(method.id)
          ? beforeEach().then(() => {
              throw runtimeFailure('UNAVAILABLE', `${method.id} is cut off`)
            })
          : transport.call(method, ...rest),
      deliver: (...delivery) => transport.deliver(...delivery),
    }
    remote.set(module, cut)
  }
  return () => {
    for (const [module, transport] of originals) remote.set(module, transport)
  }
}
