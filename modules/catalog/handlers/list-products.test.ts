import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InputOf } from '#runtime/contract/contract.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { catalog, ProductSummary } from '../contract.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'
import { catalogStatements } from '../testing.ts'

type ListInput = InputOf<(typeof catalog)['methods']['listProducts']>

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const colors = ['Red', 'blue', 'Ärmel']
const kinds = ['Shirt', 'Mug', 'Sofa', 'Lamp']

/** Forty products that share titles and prices, so that only the last sort key is unique. */
const drafts = Array.from({ length: 40 }, (_, i) =>
  productDraft({
    handle: `p-${i}`,
    title: `${colors[i % 3]} ${kinds[i % 4]}`,
    type: `${kinds[i % 4]}s`,
    descriptionHtml: i % 2 === 0 ? '<p>made of cotton</p>' : '',
    variants: [variantDraft({ price: eur(1000 + (i % 5) * 100) })],
  }),
)

let shop: TestShop
beforeAll(async () => {
  // Loopback mode sends each query twice, which would double the counted statements
  shop = await openShop({ modules: ['catalog', 'inventory'], loopback: false })
  const products = [...drafts, productDraft({ handle: 'hidden', published: false })]
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  const items = results
    .slice(0, 10)
    .map((result) => ({ variantId: result.variantIds[0]!, quantity: 1, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: false, dryRun: false })
  await shop.drain()
})
afterAll(() => shop?.stop())

async function handles(input: ListInput): Promise<string[]> {
  return (await shop.calls.catalog.listProducts(input)).items.map(({ handle }) => handle)
}

/** Reads all pages of a list. */
async function readAll(input: ListInput): Promise<ProductSummary[]> {
  const items: ProductSummary[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof shop.calls.catalog.listProducts>> =
      await shop.calls.catalog.listProducts({
        ...input,
        ...(cursor ? { cursor } : {}),
      })
    items.push(...page.items)
    expect(page.items.length).toBeLessThanOrEqual(input.limit ?? 20)
    cursor = page.nextCursor
  } while (cursor)
  return items
}

test('a list contains 20 published products by default, newest first', async () => {
  const { items, nextCursor } = await shop.calls.catalog.listProducts({})
  expect(items.map(({ handle }) => handle)).toEqual(Array.from({ length: 20 }, (_, i) => `p-${39 - i}`))
  expect(nextCursor).not.toBeNull()
  expect(await readAll({})).toHaveLength(40)
})

test('paging through a list returns each product once and in the same order for any page size', async () => {
  const lists = fc.record(
    {
      sort: fc.constantFrom('relevance', 'newest', 'price-asc', 'price-desc', 'title'),
      query: fc.constantFrom('shirt', 'cotton', 'red', 'cotten', 'mug cotton'),
      category: fc.constantFrom('shirts', 'mugs', 'none'),
      available: fc.boolean(),
      minPrice: fc.constantFrom(1000, 1200),
      maxPrice: fc.constantFrom(1300, 1400),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<ListInput>
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 13 }), async (list, limit) => {
      const whole = await handles({ ...list, limit: 100 })
      expect((await readAll({ ...list, limit })).map(({ handle }) => handle)).toEqual(whole)
      expect(new Set(whole).size).toBe(whole.length)
    }),
    { numRuns: 60 },
  )
})

test.each<[NonNullable<ListInput['sort']>, (a: ProductSummary, b: ProductSummary) => number]>([
  ['price-asc', (a, b) => a.price.amount - b.price.amount],
  ['price-desc', (a, b) => b.price.amount - a.price.amount],
  ['title', (a, b) => a.title.localeCompare(b.title, 'en', { sensitivity: 'base' })],
])('a list sorted by %s is in the order of this key', async (sort, compare) => {
  const items = await readAll({ sort, limit: 7 })
  expect(items).toHaveLength(40)
  expect(items.slice(1).filter((item, index) => compare(items[index]!, item) > 0)).toEqual([])
})

test('filters apply alone and together', async () => {
  const all = await readAll({})
  const available = all.filter((item) => item.available)
  expect(available).toHaveLength(10)
  expect(await readAll({ available: true })).toEqual(available)
  expect(await readAll({ available: false })).toEqual(all)
  expect(await readAll({ category: 'sofas' })).toEqual(all.filter((item) => item.title.endsWith('Sofa')))
  const cheap = all.filter((item) => item.price.amount >= 1100 && item.price.amount <= 1200)
  expect(await readAll({ minPrice: 1100, maxPrice: 1200 })).toEqual(cheap)
  const expected = cheap.filter((item) => item.available && item.title.endsWith('Sofa'))
  expect(expected.length).toBeGreaterThan(0)
  expect(await readAll({ minPrice: 1100, maxPrice: 1200, available: true, category: 'sofas' })).toEqual(
    expected,
  )
})

test('a list repeats and omits no product when another is added between two pages', async () => {
  const added = { ...drafts[0]!, handle: 'added' }
  for (const sort of ['newest', 'price-asc', 'price-desc', 'title'] as const) {
    const whole = await handles({ sort, limit: 100 })
    const first = await shop.calls.catalog.listProducts({ sort, limit: 15 })
    await shop.calls.catalog.importProducts({
      products: [{ ...added, handle: `added-${sort}` }],
      dryRun: false,
    })
    const rest = await handles({ sort, limit: 100, cursor: first.nextCursor! })
    const read = [...first.items.map(({ handle }) => handle), ...rest].filter(
      (handle) => handle !== `added-${sort}`,
    )
    expect(read).toEqual(whole)
  }
})

test('a cursor of another list is refused', async () => {
  const { nextCursor } = await shop.calls.catalog.listProducts({ sort: 'price-asc', limit: 1 })
  for (const input of [{ cursor: 'x' }, { sort: 'title' as const, cursor: nextCursor! }]) {
    await expect(shop.calls.catalog.listProducts(input)).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
      status: 400,
    })
  }
})

test('a page takes one statement', async () => {
  for (const input of [
    { limit: 3 },
    { limit: 3, query: 'shirt' },
    { limit: 3, category: 'mugs', sort: 'title' as const },
  ]) {
    expect(await catalogStatements(shop, () => shop.calls.catalog.listProducts(input))).toHaveLength(1)
  }
})
