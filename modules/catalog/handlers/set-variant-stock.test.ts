import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
let variantId: string
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory'] })
  const { variantIds } = await shop.calls.catalog.saveProduct(productDraft({ handle: 'lamp' }))
  variantId = variantIds[0]!
})
afterAll(() => shop?.stop())

const storekeeper: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['inventory.write'] }

test('setVariantStock() sets the pieces on hand', async () => {
  const count = { variantId, quantity: 4, backorder: false }
  expect(await shop.as(storekeeper).catalog.setVariantStock(count)).toEqual({
    variantId,
    available: 4,
    backorder: false,
    onHand: 4,
    reserved: 0,
    oversold: 0,
  })
})

test('setVariantStock() refuses unknown and withdrawn variants', async () => {
  const withdrawn = (await shop.calls.catalog.saveProduct(productDraft({ handle: 'old' }))).variantIds[0]!
  await shop.sql`update catalog.variant set withdrawn = true where id = ${withdrawn}`
  for (const unknown of [newId('var'), withdrawn]) {
    const count = { variantId: unknown, quantity: 4, backorder: false }
    await expect(shop.as(storekeeper).catalog.setVariantStock(count)).rejects.toMatchObject({
      code: 'VARIANT_NOT_FOUND',
      status: 404,
    })
    expect(await shop.sql`select from inventory.stock where variant_id = ${unknown}`).toHaveLength(0)
  }
})

test('setVariantStock() refuses callers without the permission', async () => {
  const count = { variantId, quantity: 1, backorder: false }
  const guest = shop.as({ kind: 'guest' }).catalog.setVariantStock(count)
  await expect(guest).rejects.toMatchObject({ status: 401 })
  const clerk = shop.as({ kind: 'staff', staffId: newId('stf'), permissions: ['orders.read'] })
  await expect(clerk.catalog.setVariantStock(count)).rejects.toMatchObject({ status: 403 })
})
