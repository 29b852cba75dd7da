import { afterAll, beforeAll, expect, test } from 'vitest'
import { transaction } from '#runtime/database/transaction.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { ProductDraft } from '../contract.ts'
import { normaliseDrafts } from '../rules/plan-drafts.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'
import { saveDrafts } from '../save-drafts.ts'
import { catalogStatements } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog'] })
})
afterAll(() => shop?.stop())

async function save(...products: ProductDraft[]) {
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  return results
}

function shirt(handle: string, ...sizes: string[]): ProductDraft {
  const variants = sizes.map((size) => variantDraft({ optionValues: [size] }))
  return productDraft({ handle, title: 'Shirt', options: [{ name: 'Size', values: sizes }], variants })
}

test('importProducts() creates a product, and a repeat does not change it', async () => {
  const [first] = await save(shirt('repeated', 'S', 'M'))
  const [second] = await save(shirt('repeated', 'S', 'M'))
  expect(first).toMatchObject({ handle: 'repeated', outcome: 'created' })
  expect(second).toEqual({ ...first, outcome: 'unchanged' })
})

test('a repeated import takes one statement, which only reads', async () => {
  await save(shirt('silent', 'S', 'M'))
  const statements = await catalogStatements(shop, () => save(shirt('silent', 'S', 'M')))
  expect(statements).toHaveLength(1)
  expect(statements[0]).toMatch(/^\s*select/)
})

test('importProducts() updates changed products', async () => {
  const [created] = await save(productDraft({ handle: 'changing' }))
  const [updated] = await save(productDraft({ handle: 'changing', title: 'Green Sofa', vendor: 'Other' }))
  expect(updated).toEqual({ ...created, outcome: 'updated' })
  expect(await shop.calls.catalog.getProduct({ handle: 'changing' })).toMatchObject({
    title: 'Green Sofa',
    vendor: 'Other',
  })
})

test('variants keep their ids in any order, and so does a withdrawn variant that comes back', async () => {
  const [first] = await save(shirt('stable', 'S', 'M', 'L'))
  const [small, medium, large] = first!.variantIds
  expect((await save(shirt('stable', 'L', 'S')))[0]!.variantIds).toEqual([large, small])
  expect((await save(shirt('stable', 'M', 'L', 'S')))[0]!.variantIds).toEqual([medium, large, small])
})

test('a variant that is no longer in the draft is not sold, but its row stays', async () => {
  const [first] = await save(shirt('fewer', 'S', 'M'))
  const [second] = await save(shirt('fewer', 'S'))
  expect([first!.withdrawnVariants, second!.withdrawnVariants]).toEqual([0, 1])
  // A variant that was withdrawn earlier does not count again
  const [third] = await save({ ...shirt('fewer', 'S'), title: 'Other shirt' })
  expect(third).toMatchObject({ outcome: 'updated', withdrawnVariants: 0 })
  const { variants } = await shop.calls.catalog.getVariants({ variantIds: first!.variantIds })
  expect(variants.map(({ variantId }) => variantId)).toEqual([first!.variantIds[0]])
  expect((await shop.calls.catalog.getProduct({ handle: 'fewer' })).variants).toHaveLength(1)
  const rows = await shop.sql`select id from catalog.variant where id = any(${first!.variantIds})`
  expect(rows).toHaveLength(2)
})

test('a dry run returns the results and writes nothing', async () => {
  await save(productDraft({ handle: 'dry' }), shirt('dry-shirt', 'S', 'M', 'L'))
  const products = [
    productDraft({ handle: 'dry' }),
    productDraft({ handle: 'dry-new' }),
    productDraft({ handle: 'silent', title: 'Changed' }),
    shirt('dry-shirt', 'M'),
  ]
  const before = await allRows()
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: true })
  expect(results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'created', 'updated', 'updated'])
  expect(results[3]).toMatchObject({ withdrawnVariants: 2 })
  expect(await allRows()).toEqual(before)
})

function allRows() {
  return shop.sql`
    select p.*, v.id as variant, s.summary from catalog.product p
    left join catalog.variant v on v.product_id = p.id left join catalog.summary s using (number)
    order by p.number, v.id`
}

test('an invalid product is refused with its handle, and no product of its batch is saved', async () => {
  const wrong = productDraft({ handle: 'wrong', options: [{ name: 'Size', values: ['S'] }] })
  await expect(save(productDraft({ handle: 'next-to-wrong' }), wrong)).rejects.toMatchObject({
    code: 'INVALID_PRODUCT',
    status: 422,
    data: { handle: 'wrong' },
  })
  await expect(shop.calls.catalog.getProduct({ handle: 'next-to-wrong' })).rejects.toMatchObject({
    code: 'PRODUCT_NOT_FOUND',
  })
})

test('a repeated handle in a batch is refused', async () => {
  const twice = [productDraft({ handle: 'twice' }), productDraft({ handle: 'twice', title: 'Other' })]
  await expect(save(...twice)).rejects.toMatchObject({ code: 'INVALID_PRODUCT', data: { handle: 'twice' } })
})

test('an import takes ten statements, for 2 products as for 500', async () => {
  const batch = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => shirt(`${name}-${i}`, 'S', 'M'))
  expect(await catalogStatements(shop, () => save(...batch('few', 2)))).toHaveLength(10)
  expect(await catalogStatements(shop, () => save(...batch('many', 500)))).toHaveLength(10)
})

test('concurrent imports of one handle create one product', async () => {
  const results = await Promise.all(
    [1, 2, 3, 4].map((n) => save(productDraft({ handle: 'raced', title: `Sofa ${n}` }))),
  )
  expect(new Set(results.map(([result]) => result!.productId)).size).toBe(1)
  expect(results.filter(([result]) => result!.outcome === 'created')).toHaveLength(1)
})

test('categories count published products after every change', async () => {
  const count = async (handle: string) =>
    (await shop.calls.catalog.listCategories({})).items.find((category) => category.handle === handle)
      ?.productCount
  const mug = (handle: string, parts: Partial<ProductDraft>) =>
    productDraft({ handle, type: 'Mugs', ...parts })
  await save(mug('mug-1', {}), mug('mug-2', {}), mug('mug-3', { published: false }))
  expect(await count('mugs')).toBe(2)
  await save(mug('mug-3', {}))
  expect(await count('mugs')).toBe(3)
  await save(mug('mug-1', { type: 'Cups' }), mug('mug-2', { published: false }))
  expect([await count('mugs'), await count('cups')]).toEqual([1, 1])
  await save(mug('mug-3', { type: '', tags: ['Cups', 'gift'] }))
  expect([await count('mugs'), await count('cups'), await count('gift')]).toEqual([undefined, 2, 1])
})

test('productChanged is emitted for each created or changed product, and for no other', async () => {
  const emitted: unknown[] = []
  // The product "silent" exists, from an earlier test
  const drafts = [productDraft({ handle: 'unchanged' }), productDraft({ handle: 'created' })]
  await save(drafts[0]!)
  const { normalised } = normaliseDrafts(
    [...drafts, productDraft({ handle: 'silent', title: 'Loud' })],
    'EUR',
  )
  await transaction(shop.sql, (sql) =>
    saveDrafts(
      { sql, emit: (name, payload) => emitted.push([name, payload.handle]) },
      normalised,
      shop.clock.now(),
    ),
  )
  expect(emitted).toEqual([
    ['productChanged', 'created'],
    ['productChanged', 'silent'],
  ])
})
