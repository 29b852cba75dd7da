import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { ProductDraft } from '../contract.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory'] })
})
afterAll(() => shop?.stop())

let handle: string
let variantIds: string[]
beforeEach(async () => {
  handle = newId('shirt')
  variantIds = await save({})
})

async function save(parts: Partial<ProductDraft>): Promise<string[]> {
  const options = [{ name: 'Size', values: ['S', 'M'] }]
  const variants = [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })]
  const products = [productDraft({ handle, options, variants, ...parts })]
  return (await shop.calls.catalog.importProducts({ products, dryRun: false })).results[0]!.variantIds
}

async function stock(variantId: string, quantity: number): Promise<void> {
  await shop.calls.inventory.setStock({ variantId, quantity, backorder: false })
  expect(await shop.drain()).toEqual({ waiting: 0, parked: 0 })
}

async function shown() {
  const { available, variants } = await shop.calls.catalog.getProduct({ handle })
  const { items } = await shop.calls.catalog.listProducts({ available: true, limit: 100 })
  const listed = items.find((item) => item.handle === handle)
  expect(listed !== undefined).toBe(available)
  if (listed) expect(listed.variants).toEqual(variants)
  return variants.map((variant) => variant.available)
}

test('a variant is not available until inventory says so', async () => {
  expect(await shown()).toEqual([false, false])
})

test('a product shows which of its variants are available, and goes out of the list with the last one', async () => {
  await stock(variantIds[1]!, 5)
  expect(await shown()).toEqual([false, true])
  await stock(variantIds[1]!, 0)
  expect(await shown()).toEqual([false, false])
})

test('availability outlives a change of the product', async () => {
  await stock(variantIds[0]!, 5)
  await save({ title: 'Changed' })
  expect(await shown()).toEqual([true, false])
})

test('what is told while a product is unpublished shows when it is published', async () => {
  await save({ published: false })
  await stock(variantIds[0]!, 5)
  await save({})
  expect(await shown()).toEqual([true, false])
})

test('word of a variant that the catalog does not know is taken and changes nothing', async () => {
  await stock(newId('var'), 5)
  expect(await shown()).toEqual([false, false])
})

test('an import at the same time loses neither its changes nor the availability', async () => {
  await Promise.all([
    stock(variantIds[0]!, 5),
    save({ title: 'First' }),
    stock(variantIds[1]!, 5),
    save({ title: 'Second' }),
  ])
  await shop.drain()
  expect(await shown()).toEqual([true, true])
  expect((await shop.calls.catalog.getProduct({ handle })).title).toMatch(/First|Second/)
})

test('a variant whose stock is not counted says so, from the first count on and when that changes', async () => {
  const tracked = async () =>
    (await shop.calls.catalog.getProduct({ handle })).variants.map(({ stockTracked }) => stockTracked)
  const count = async (variantId: string, quantity: number | null) => {
    await shop.calls.inventory.setStock({ variantId, quantity, backorder: false })
    await shop.drain()
  }
  const items = variantIds.map((variantId, i) => ({
    variantId,
    quantity: i === 0 ? null : 5,
    backorder: false,
  }))
  await shop.calls.inventory.importStock({ items, overwrite: false, dryRun: false })
  await shop.drain()
  expect([await shown(), await tracked()]).toEqual([
    [true, true],
    [false, undefined],
  ])
  await count(variantIds[1]!, null)
  expect([await shown(), await tracked()]).toEqual([
    [true, true],
    [false, false],
  ])
  await count(variantIds[0]!, 3)
  await save({ title: 'Changed' })
  expect([await shown(), await tracked()]).toEqual([
    [true, true],
    [undefined, false],
  ])
})
