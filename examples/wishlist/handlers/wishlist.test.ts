import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { wishlist } from '../contract.ts'

let shop: TestShop
let variantIds: string[]
beforeAll(async () => {
  shop = await openShop({ modules: ['wishlist'], environment: { PANDO_WISHLIST_ITEMS: '3' } })
  const products = ['cup', 'bowl', 'plate', 'jug'].map((handle) => oneProduct(handle))
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  variantIds = results.flatMap((result) => result.variantIds)
})
afterAll(() => shop.stop())

/** A new customer with an empty wishlist. */
function newCustomer() {
  const customerId = newId('cus')
  const caller = { kind: 'customer', customerId, sessionId: 'ses_1' } as const
  const { wishlist: calls } = shop.as<{ wishlist: typeof wishlist }>(caller)
  return {
    customerId,
    calls,
    add: (index: number) => calls.addToWishlist({ variantId: variantIds[index]! }),
    titles: async () => (await calls.getWishlist({})).items.map(({ productTitle }) => productTitle),
  }
}

/** Delivers an event about the confirmed order of a customer, as the relay does. */
function confirmOrder(id: string, customerId: string | null, bought: string[]): Promise<void> {
  const order = { customerId, lines: bought.map((variantId) => ({ variantId })) }
  const event = { id, name: 'orders.orderConfirmed', payload: { orderId: 'ord_1', order } }
  return shop.shop.dispatcher.react('wishlist', event)
}

describe('a wishlist', () => {
  it('lists what was added, newest first, and a variant that is added again comes to the top', async () => {
    const ada = newCustomer()
    expect(await ada.titles()).toEqual([])
    for (const index of [0, 1, 0]) await ada.add(index)
    expect(await ada.titles()).toEqual(['Test cup', 'Test bowl'])
    await ada.calls.removeFromWishlist({ variantId: variantIds[0]! })
    await ada.calls.removeFromWishlist({ variantId: variantIds[0]! })
    expect(await ada.titles()).toEqual(['Test bowl'])
    expect(await newCustomer().titles()).toEqual([])
  })

  it('holds at most PANDO_WISHLIST_ITEMS (here 3) variants, even with simultaneous requests', async () => {
    const ada = newCustomer()
    const added = await Promise.allSettled([0, 1, 2, 3].map(ada.add))
    const refused = added.filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 'WISHLIST_FULL', status: 409 } }])
    expect(await ada.titles()).toHaveLength(3)
    const kept = added.findIndex(({ status }) => status === 'fulfilled')
    await ada.add(kept)
    expect(await ada.titles()).toHaveLength(3)
  })

  it('refuses a variant that is not for sale, and does not list one that is no longer for sale', async () => {
    const ada = newCustomer()
    const unknown = ada.calls.addToWishlist({ variantId: newId('var') })
    await expect(unknown).rejects.toMatchObject({ code: 'VARIANT_NOT_FOUND', status: 404 })
    await ada.add(3)
    const products = [{ ...oneProduct('jug'), published: false }]
    await shop.calls.catalog.importProducts({ products, dryRun: false })
    expect(await ada.titles()).toEqual([])
  })

  it('loses what the customer has bought, once per order even if its event is delivered twice', async () => {
    const ada = newCustomer()
    for (const index of [0, 1, 2]) await ada.add(index)
    const bought = [variantIds[1]!, newId('var')]
    await confirmOrder('evt_1', ada.customerId, bought)
    expect(await ada.titles()).toEqual(['Test plate', 'Test cup'])
    await ada.add(1)
    await confirmOrder('evt_1', ada.customerId, bought)
    await confirmOrder('evt_2', null, [variantIds[0]!])
    expect(await ada.titles()).toEqual(['Test bowl', 'Test plate', 'Test cup'])
  })
})
