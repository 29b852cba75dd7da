import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { importShopify } from './run-import.ts'

/** Shopify's sample files are next to the repository, not in it, because their licence does not allow redistribution. */
const FOLDER = fileURLToPath(new URL('../../../shared/data/shopify-products', import.meta.url))
const hasFiles = existsSync(FOLDER)
if (!hasFiles) console.warn(`Skipped: Shopify's sample files are not in ${FOLDER}`)

describe.skipIf(!hasFiles)("Shopify's sample files (only where they are next to the repository)", () => {
  const files = hasFiles ? readdirSync(FOLDER).map((name) => join(FOLDER, name)) : []
  let shop: TestShop
  let report: Awaited<ReturnType<typeof importShopify>>
  beforeAll(async () => {
    shop = await openShop({ modules: ['catalog', 'inventory'] })
    report = await importShopify(files, { calls: shop.calls, currency: 'EUR' })
    await shop.drain()
  })
  afterAll(() => shop?.stop())

  test('are imported completely', () => {
    expect(files).toHaveLength(3)
    expect(report.problems).toEqual([])
    expect(report.products.created).toBe(60)
  })

  test('a second run changes nothing', async () => {
    const again = await importShopify(files, { calls: shop.calls, currency: 'EUR' })
    expect(again.products).toEqual({ created: 0, updated: 0, unchanged: report.products.created })
    expect(again.stock).toEqual({ set: 0, kept: report.variants })
  })

  test.each([
    ['navy jacket', 'Navy Sports Jacket'],
    ['sofa', 'Grey Sofa'],
    ['chakra', '7 Shakra Bracelet'],
    ['neclace gold', 'Dainty Gold Necklace'],
  ])('a search for %j finds %j', async (query, title) => {
    const { items } = await shop.calls.catalog.listProducts({ query })
    expect(items.map((item) => item.title)).toContain(title)
  })

  test('have variants without tracked stock, which are always available', async () => {
    const bracelet = await shop.calls.catalog.getProduct({ handle: 'chain-bracelet' })
    expect(bracelet.variants.map(({ title, available }) => [title, available])).toEqual([
      ['Blue', true],
      ['Black', true],
    ])
  })

  test('have two spellings of an option, which become one', async () => {
    for (const handle of ['gemstone', 'chain-bracelet']) {
      const { options } = await shop.calls.catalog.getProduct({ handle })
      expect(options.map(({ name }) => name)).toEqual(['Color'])
    }
  })
})
