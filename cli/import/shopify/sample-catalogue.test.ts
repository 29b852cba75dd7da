import { createReadStream } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ProductDraft, VariantDraft } from '#modules/catalog/contract.ts'
import { readShopifyProducts } from './read-products.ts'
import type { ShopifyProduct, VariantStock } from './reader-output.ts'
import { surveyRows } from './survey-rows.ts'

const FILE = new URL('../../../sample/catalogue.csv', import.meta.url)

describe('the sample catalogue', () => {
  const products: ShopifyProduct[] = []
  let drafts: ProductDraft[] = []
  let variants: VariantDraft[] = []
  let stock: VariantStock[] = []

  beforeAll(async () => {
    for await (const found of readShopifyProducts(
      createReadStream(FILE),
      await surveyRows(createReadStream(FILE)),
      { currency: 'EUR' },
    )) {
      if (found.kind === 'problem') throw new Error(`line ${found.line}: ${found.message}`)
      products.push(found)
    }
    drafts = products.map(({ draft }) => draft)
    variants = drafts.flatMap((draft) => draft.variants)
    stock = products.flatMap((product) => product.stock)
  })

  test('is read without a problem or a warning', () => {
    expect(products.flatMap(({ warnings }) => warnings)).toEqual([])
    expect(products.length).toBeGreaterThanOrEqual(72)
    expect(variants.length).toBeGreaterThanOrEqual(200)
  })

  test('has at least five products in each of eight or more categories', () => {
    const byType = Object.groupBy(drafts, ({ type }) => type)
    expect(Object.keys(byType).length).toBeGreaterThanOrEqual(8)
    for (const list of Object.values(byType)) expect(list?.length).toBeGreaterThanOrEqual(5)
  })

  test('has every value that the page of a product shows', () => {
    for (const product of drafts) {
      expect(product.published).toBe(true)
      expect(product.pictures).not.toEqual([])
      const urls = product.pictures.map(({ url }) => url)
      for (const { pictureUrl } of product.variants)
        if (pictureUrl !== null) expect(urls).toContain(pictureUrl)
      expect(product.descriptionHtml).toMatch(/^<p>/)
      expect(product.vendor).not.toBe('')
      expect(product.tags).not.toEqual([])
      expect(product.seoTitle.length).toBeLessThanOrEqual(60)
      expect(product.seoDescription.length).toBeLessThanOrEqual(160)
    }
    for (const { sku, weightGrams } of variants) {
      expect(sku).not.toBeNull()
      expect(weightGrams).toBeGreaterThan(0)
    }
  })

  test('has products with zero, one, two and three options', () => {
    const counts = new Set(drafts.map(({ options }) => options.length))
    expect([...counts].sort()).toEqual([0, 1, 2, 3])
  })

  test('has prices from 3.50 to 600.00, some of them reduced', () => {
    const prices = variants.map(({ price }) => price.amount)
    expect([Math.min(...prices), Math.max(...prices)]).toEqual([350, 60_000])
    expect(variants.filter(({ compareAtPrice }) => compareAtPrice !== null).length).toBeGreaterThan(20)
  })

  test('has variants that are sold out, nearly sold out, backordered and not tracked', () => {
    const counts = (pieces: number | null) => stock.filter(({ quantity }) => quantity === pieces).length
    expect(counts(0)).toBeGreaterThan(10)
    expect(counts(1)).toBeGreaterThan(5)
    expect(counts(null)).toBeGreaterThan(0)
    expect(stock.every((each) => 'quantity' in each)).toBe(true)
    expect(stock.some(({ quantity, backorder }) => quantity === 0 && backorder)).toBe(true)
    expect(products.some((product) => product.stock.every(({ quantity }) => quantity === 0))).toBe(true)
  })
})
