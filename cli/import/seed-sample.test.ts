import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { seedSample } from './seed-sample.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory', 'pricing'], rules: 'none' })
})
afterAll(() => shop?.stop())

test('an empty catalogue is filled with available sample products', async () => {
  await seedSample(shop.shop, 'EUR')
  const { items } = await shop.calls.catalog.listProducts({ limit: 100 })
  expect(items.length).toBeGreaterThanOrEqual(72)
  expect(items.filter(({ available }) => available).length).toBeGreaterThan(items.length / 2)
  expect((await shop.calls.catalog.listCategories({})).items.length).toBeGreaterThanOrEqual(8)
})

test('a catalogue with products is not changed', async () => {
  const [product] = (await shop.calls.catalog.listProducts({ limit: 1 })).items
  await shop.sql`update catalog.product set title = 'Ours' where handle = ${product!.handle}`
  const before = await shop.sql`select id, title, updated_at from catalog.product order by id`
  await seedSample(shop.shop, 'EUR')
  expect(await shop.sql`select id, title, updated_at from catalog.product order by id`).toEqual(before)
})
