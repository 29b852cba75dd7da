import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory'] })
})
afterAll(() => shop?.stop())

async function importProducts(...handles: string[]): Promise<string[]> {
  const options = [{ name: 'Size', values: ['S', 'M'] }]
  const variants = [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })]
  const products = handles.map((handle) => productDraft({ handle, options, variants }))
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  return results.flatMap(({ variantIds }) => variantIds)
}

async function importStock(variantIds: string[], quantity: number): Promise<void> {
  const items = variantIds.map((variantId) => ({ variantId, quantity, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: true, dryRun: false })
}

async function availability(handle: string) {
  const { variants } = await shop.calls.catalog.getProduct({ handle })
  return variants.map(({ available }) => available)
}

test('an import of stock emits one event, which makes all its variants available', async () => {
  const variantIds = await importProducts('one', 'two')
  await importStock(variantIds.slice(0, 3), 5)
  const waiting = await shop.sql<{ name: string }[]>`select name from inventory.pando_outbox`
  expect(waiting.map(({ name }) => name)).toEqual(['stockBegun'])
  await shop.drain()
  expect([await availability('one'), await availability('two')]).toEqual([
    [true, true],
    [true, false],
  ])
  const { items } = await shop.calls.catalog.listProducts({ available: true })
  expect(items.map(({ handle }) => handle).sort()).toEqual(['one', 'two'])
})

test('a variant that sold out before its stockBegun event arrives stays sold out', async () => {
  const variantIds = await importProducts('last')
  await importStock(variantIds, 1)
  const held = await shop.sql<{ id: string }[]>`
    update inventory.pando_outbox set due_at = 'infinity' where name = 'stockBegun' returning event_id as id`
  expect(held).toHaveLength(1)
  await importStock(variantIds, 0)
  await shop.sql`update inventory.pando_outbox set due_at = 'infinity' where name = 'stockBegun'`
  await shop.drain()
  await shop.sql`update inventory.pando_outbox set due_at = now()`
  await shop.drain()
  expect(await availability('last')).toEqual([false, false])
})

test('listings stay on their database pages when they become available, so that no index changes', async () => {
  const pages = () =>
    shop.sql`select number, (ctid::text::point)[0] as page from catalog.listing where fact_terms @@ 'roomy' order by number`
  const options = [{ name: 'Size', values: ['S'] }]
  const products = Array.from({ length: 200 }, (_, i) =>
    productDraft({
      handle: `roomy-${i}`,
      tags: ['roomy'],
      descriptionHtml: Array.from({ length: 60 }, (__, word) => `word${i * 60 + word}`).join(' '),
      options,
      variants: [variantDraft({ optionValues: ['S'] })],
    }),
  )
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  const before = await pages()
  await importStock(
    results.flatMap(({ variantIds }) => variantIds),
    5,
  )
  await shop.drain()
  expect(await availability('roomy-199')).toEqual([true])
  expect(await pages()).toEqual(before)
})
