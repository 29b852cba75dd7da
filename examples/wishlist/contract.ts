import { Type } from 'typebox'
import { SellableVariant } from '#modules/catalog/contract.ts'
import { command, contract, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'

const VariantId = Id('var')
const { variantId, productHandle, productTitle, variantTitle, price } = SellableVariant.properties

export const wishlist = contract('wishlist', {
  version: '1.0.0',
  reactsTo: ['orders.orderConfirmed'],
  summary: 'Variants that customers want to buy later',
  methods: {
    getWishlist: query({
      summary:
        "Returns the customer's wishlist, newest first. Variants that are no longer sold are left out.",
      input: Strict({}),
      output: Strict({
        items: Type.Array(Strict({ variantId, productHandle, productTitle, variantTitle, price })),
      }),
      access: 'customer',
      rest: { method: 'GET', path: '/wishlist' },
    }),
    addToWishlist: command({
      summary: "Adds a variant to the customer's wishlist, or moves it to the top.",
      input: Strict({ variantId: VariantId }),
      output: Nothing,
      failures: {
        VARIANT_NOT_FOUND: { status: 404, summary: 'No published product has this variant.' },
        WISHLIST_FULL: { status: 409, summary: 'The wishlist has as many variants as it can hold.' },
      },
      access: 'customer',
      rest: { method: 'PUT', path: '/wishlist/{variantId}' },
    }),
    removeFromWishlist: command({
      summary: "Removes a variant from the customer's wishlist. A repeat changes nothing.",
      input: Strict({ variantId: VariantId }),
      output: Nothing,
      access: 'customer',
      rest: { method: 'DELETE', path: '/wishlist/{variantId}' },
    }),
  },
})
