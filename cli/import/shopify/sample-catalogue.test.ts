import { createReadStream } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ProductRecord, VariantRecord } from './product-record.ts'
import { readShopifyProducts } from './read-products.ts'
import { surveyRows } from './survey-rows.ts'

const FILE = new URL('../../../sample/catalogue.csv', import.meta.url)

describe('the sample catalogue', () => {
  const products: ProductRecord[] = []
  let variants: VariantRecord[] = []

  beforeAll(async () => {
    for await (const found of readShopifyProducts(
      createReadStream(FILE),
      await surveyRows(createReadStream(FILE)),
    )) {
      if (found.kind === 'problem') throw new Error(`line ${found.line}: ${found.message}`)
      products.push(found)
    }
    variants = products.flatMap((product) => product.variants)
  })

  test('is read without a problem or a warning', () => {
    expect(products.flatMap(({ warnings }) => warnings)).toEqual([])
    expect(products.length).toBeGreaterThanOrEqual(72)
    expect(variants.length).toBeGreaterThanOrEqual(200)
  })

  test('has at least five products in each of eight or more categories', () => {
    const byType = Object.groupBy(products, ({ type }) => type)
    expect(Object.keys(byType).length).toBeGreaterThanOrEqual(8)
    for (const list of Object.values(byType)) expect(list?.length).toBeGreaterThanOrEqual(5)
  })

  test('has every value that the page of a product shows', () => {
    for (const product of products) {
      expect(product.published).toBe(true)
      expect(product.images).not.toEqual([])
      const addresses = product.images.map(({ url }) => url)
      for (const { imageUrl } of product.variants)
        if (imageUrl !== null) expect(addresses).toContain(imageUrl)
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
    const counts = new Set(products.map(({ options }) => options.length))
    expect([...counts].sort()).toEqual([0, 1, 2, 3])
  })

  test('has prices from 3.50 to 600.00, some of them reduced', () => {
    const prices = variants.map(({ price }) => price)
    expect([Math.min(...prices), Math.max(...prices)]).toEqual([350, 60_000])
    expect(variants.filter(({ compareAtPrice }) => compareAtPrice !== null).length).toBeGreaterThan(20)
  })

  test('has variants that are sold out, nearly sold out, backordered and not counted', () => {
    const counts = (quantity: number | null) =>
      variants.filter((variant) => variant.quantity === quantity).length
    expect(counts(0)).toBeGreaterThan(10)
    expect(counts(1)).toBeGreaterThan(5)
    expect(variants.some(({ tracked }) => !tracked)).toBe(true)
    expect(variants.some(({ tracked, quantity }) => tracked && quantity === null)).toBe(false)
    expect(variants.some(({ quantity, allowBackorder }) => quantity === 0 && allowBackorder)).toBe(true)
    expect(products.some((product) => product.variants.every(({ quantity }) => quantity === 0))).toBe(true)
  })
})
