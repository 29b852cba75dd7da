import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProductDraft } from '#modules/catalog/contract.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['pricing'], rules: 'none' })
  const band = { upTo: null, amount: 500 }
  const rates = [{ zoneId: 'shz_de', days: null, by: 'pieces' as const, bands: [band], freeFrom: null }]
  const method = { handover: 'shipping' as const, prices: 'zone' as const, freeByPromotion: false, rates }
  await shop.calls.pricing.loadRules({
    taxZones: [
      {
        title: 'Germany',
        areas: [{ country: 'DE' }],
        prices: 'included',
        rates: [
          { taxClass: 'standard', title: 'VAT', percent: 19 },
          { taxClass: 'books', title: 'VAT', percent: 7 },
        ],
        reverseCharge: true,
      },
    ],
    shippingZones: [{ id: 'shz_de', title: 'Germany', areas: [{ country: 'DE' }] }],
    shippingMethods: [
      { ...method, id: 'letter', title: 'Letter', position: 1, excludedClasses: ['bulky'] },
      { ...method, id: 'lorry', title: 'Lorry', position: 2, excludedClasses: [] },
    ],
    promotions: [
      {
        id: 'prm_novels',
        title: 'Novels',
        active: true,
        trigger: { by: 'automatic' },
        priority: 0,
        combinesWith: [],
        startsAt: null,
        endsAt: null,
        conditions: {},
        effect: {
          kind: 'reduce',
          reduction: { kind: 'percentOff', percent: 50 },
          goods: { productIds: [], categories: ['novels'] },
        },
        limit: null,
        limitPerCustomer: null,
      },
    ],
    dryRun: false,
  })
})
afterAll(() => shop?.stop())

type ProductParts = Pick<ProductDraft, 'handle'> & Partial<ProductDraft>

const VARIANT: ProductDraft['variants'][number] = {
  sku: null,
  optionValues: [],
  price: { amount: 1000, currency: 'EUR' },
  compareAtPrice: null,
  weightGrams: 0,
  requiresShipping: true,
  taxable: true,
  barcode: null,
  pictureUrl: null,
}

/** What one piece of a product of 10 euros costs in Germany. */
async function quoteOf(parts: ProductParts) {
  const draft: ProductDraft = {
    title: parts.handle,
    descriptionHtml: '',
    vendor: '',
    type: '',
    tags: [],
    published: true,
    options: [],
    variants: [VARIANT],
    pictures: [],
    seoTitle: '',
    seoDescription: '',
    ...parts,
  }
  const { results } = await shop.calls.catalog.importProducts({ products: [draft], dryRun: false })
  const lines = [{ variantId: results[0]!.variantIds[0]!, quantity: 1 }]
  return shop.calls.pricing.testQuote({ lines, address: { country: 'DE' } })
}

it('a product is taxed by its class, or by the class standard if it has none', async () => {
  const percents = async (parts: ProductParts) => (await quoteOf(parts)).taxes.map(({ percent }) => percent)
  expect(await percents({ handle: 'plain' })).toEqual([19])
  expect(await percents({ handle: 'book', taxClass: 'books' })).toEqual([7])
  expect(await percents({ handle: 'food', taxClass: 'food' })).toEqual([19])
})

it('a method is not offered for goods of a shipping class that it excludes', async () => {
  const methods = async (parts: ProductParts) => (await quoteOf(parts)).shippingOptions.map(({ id }) => id)
  expect(await methods({ handle: 'small' })).toEqual(['letter', 'lorry'])
  expect(await methods({ handle: 'sofa', shippingClass: 'bulky' })).toEqual(['lorry'])
})

it('a promotion for a category applies to its products', async () => {
  expect((await quoteOf({ handle: 'novel', type: 'Novels' })).totals.discount.amount).toBe(500)
  expect((await quoteOf({ handle: 'atlas', type: 'Maps' })).totals.discount.amount).toBe(0)
})
