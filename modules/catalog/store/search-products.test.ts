import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { SearchFront } from '../rules/search-front.ts'
import { queryWords } from '../rules/search-words.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'
import { readFront } from './search-front.ts'
import { searchByRelevance } from './search-products.ts'

const BATCHES = 4
const BATCH = 60
/** Product numbers that are skipped between two batches, as if thousands of other products had them. */
const NUMBERS_BETWEEN = 5000

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog'] })
  for (let batch = 0; batch < BATCHES; batch++) {
    await shop.sql.unsafe(
      `alter sequence catalog.product_number_seq restart with ${1 + batch * NUMBERS_BETWEEN}`,
    )
    const products = Array.from({ length: BATCH }, (_, i) =>
      productDraft({
        handle: `lamp-${batch}-${i}`,
        // Titles of one to four words. One product in three has the word in its title, one in its facts, one in its
        // description.
        title: `${i % 3 === 0 ? 'Lamp' : 'Light'}${' bright'.repeat(i % 4)}`,
        tags: i % 3 === 1 ? ['lamp'] : [],
        descriptionHtml: i % 3 === 2 ? 'A lamp' : '',
        variants: [variantDraft({ sku: i === 7 ? 'lamp' : `L-${batch}-${i}` })],
      }),
    )
    await shop.calls.catalog.importProducts({ products, dryRun: false })
  }
})
afterAll(() => shop?.stop())

async function searchAll(query: string, front: SearchFront | undefined, rows: number): Promise<string[]> {
  const found: string[] = []
  let after: { tier: number; rank: number } | undefined
  for (;;) {
    const request = { sku: query, filters: noFilters, after, rows, front }
    const page = await searchByRelevance(shop.sql, queryWords(query), request)
    found.push(...page.map(({ summary }) => summary.handle))
    const [tier, rank] = (page.at(-1)?.keys ?? []) as number[]
    if (page.length < rows || tier === undefined || rank === undefined) return found
    after = { tier, rank }
  }
}

const noFilters = { category: undefined, available: undefined, minPrice: undefined, maxPrice: undefined }

describe.each(['lamp', 'bright', 'light', 'bright lam', 'nothing'])('a search for %j', (query) => {
  test.each([10, 60, 100, 150, 239])(
    'returns the same products in the same order with a front of %d',
    async (products) => {
      const front = await readFront(shop.sql, products)
      expect(front).toBeDefined()
      expect(await searchAll(query, front, 7)).toEqual(await searchAll(query, undefined, 1000))
    },
  )
})

test('listings without a mark are found behind the front', async () => {
  const front = await readFront(shop.sql, 100)
  // No term has the weight `a`, so the filter removes all terms, with the mark
  await shop.sql`
    update catalog.listing set title_terms = ts_filter(title_terms, '{a}') || to_tsvector('catalog.plain', 'lamp')
    where number = (select number from catalog.product where handle = 'lamp-3-0')`
  expect(await searchAll('lamp', front, 1000)).toContain('lamp-3-0')
})

test('readFront() returns undefined for a small catalogue and during a rebuild', async () => {
  expect(await readFront(shop.sql)).toBeUndefined()
  await shop.sql`insert into catalog.search_rebuild (rebuilt) values (0)`
  expect(await readFront(shop.sql, 10)).toBeUndefined()
  await shop.sql`delete from catalog.search_rebuild`
})
