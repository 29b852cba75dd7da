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

async function availability() {
  const { available, variants } = await shop.calls.catalog.getProduct({ handle })
  const { items } = await shop.calls.catalog.listProducts({ available: true, limit: 100 })
  const listed = items.find((item) => item.handle === handle)
  expect(listed !== undefined).toBe(available)
  if (listed) expect(listed.variants).toEqual(variants)
  return variants.map((variant) => variant.available)
}

test('a variant is not available until inventory reports it', async () => {
  expect(await availability()).toEqual([false, false])
})

test('a product has the availability of its variants, and leaves the list of available products with the last one', async () => {
  await stock(variantIds[1]!, 5)
  expect(await availability()).toEqual([false, true])
  await stock(variantIds[1]!, 0)
  expect(await availability()).toEqual([false, false])
})

test('a change of the product does not change its availability', async () => {
  await stock(variantIds[0]!, 5)
  await save({ title: 'Changed' })
  expect(await availability()).toEqual([true, false])
})

test('availability that is reported for an unpublished product applies when it is published', async () => {
  await save({ published: false })
  await stock(variantIds[0]!, 5)
  await save({})
  expect(await availability()).toEqual([true, false])
})

test('an event about an unknown variant is accepted and changes nothing', async () => {
  await stock(newId('var'), 5)
  expect(await availability()).toEqual([false, false])
})

test('a concurrent import loses neither its changes nor the availability', async () => {
  await Promise.all([
    stock(variantIds[0]!, 5),
    save({ title: 'First' }),
    stock(variantIds[1]!, 5),
    save({ title: 'Second' }),
  ])
  await shop.drain()
  expect(await availability()).toEqual([true, true])
  expect((await shop.calls.catalog.getProduct({ handle })).title).toMatch(/First|Second/)
})

test('stockTracked follows the first count of a variant and later changes', async () => {
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
  expect([await availability(), await tracked()]).toEqual([
    [true, true],
    [false, undefined],
  ])
  await count(variantIds[1]!, null)
  expect([await availability(), await tracked()]).toEqual([
    [true, true],
    [false, false],
  ])
  await count(variantIds[0]!, 3)
  await save({ title: 'Changed' })
  expect([await availability(), await tracked()]).toEqual([
    [true, true],
    [undefined, false],
  ])
})
