import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog', 'inventory'] })
})
afterAll(() => shop?.stop())

async function imported(...handles: string[]): Promise<string[]> {
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

async function shown(handle: string) {
  const { variants } = await shop.calls.catalog.getProduct({ handle })
  return variants.map(({ available }) => available)
}

test('an import of stock is one event, after which all its variants can be bought', async () => {
  const variantIds = await imported('one', 'two')
  await importStock(variantIds.slice(0, 3), 5)
  const waiting = await shop.sql<{ name: string }[]>`select name from inventory.pando_outbox`
  expect(waiting.map(({ name }) => name)).toEqual(['stockBegun'])
  await shop.drain()
  expect([await shown('one'), await shown('two')]).toEqual([
    [true, true],
    [true, false],
  ])
  const { items } = await shop.calls.catalog.listProducts({ available: true })
  expect(items.map(({ handle }) => handle).sort()).toEqual(['one', 'two'])
})

test('what was sold out before the word of its stock came stays sold out', async () => {
  const variantIds = await imported('last')
  await importStock(variantIds, 1)
  const late = await shop.sql<{ id: string }[]>`
    update inventory.pando_outbox set due_at = 'infinity' where name = 'stockBegun' returning event_id as id`
  expect(late).toHaveLength(1)
  await importStock(variantIds, 0)
  await shop.sql`update inventory.pando_outbox set due_at = 'infinity' where name = 'stockBegun'`
  await shop.drain()
  await shop.sql`update inventory.pando_outbox set due_at = now()`
  await shop.drain()
  expect(await shown('last')).toEqual([false, false])
})
