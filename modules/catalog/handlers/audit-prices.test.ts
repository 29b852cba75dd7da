import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory'] })
})
afterAll(() => shop?.stop())

test('auditPrices() counts the variants whose price is not in the currency of the shop', async () => {
  await shop.calls.catalog.saveProduct(productDraft({ handle: 'lamp' }))
  const { variantIds } = await shop.calls.catalog.saveProduct(productDraft({ handle: 'chair' }))
  expect(await shop.calls.catalog.auditPrices({})).toEqual({ currency: 'EUR', foreign: [] })
  await shop.sql`update catalog.variant set currency = 'USD' where id = any(${[...variantIds]}::text[])`
  expect(await shop.calls.catalog.auditPrices({})).toEqual({
    currency: 'EUR',
    foreign: [{ currency: 'USD', variants: variantIds.length }],
  })
})
