import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { ProductDraft } from '#modules/catalog/contract.ts'
import { arbitraryProducts } from './shopify/testing/arbitrary-products.ts'
import { csvText } from './shopify/testing/csv-text.ts'
import { CLASSIC_NAMES, productRows } from './shopify/testing/product-rows.ts'
import { readAll } from './shopify/testing/read-all.ts'
import { stockOf, toDraft } from './to-draft.ts'

const draft = Compile(ProductDraft)

test("the catalog's schema accepts every product of the reader", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, async (products) => {
      const { products: records } = await readAll(csvText(productRows(products, CLASSIC_NAMES)))
      for (const record of records) expect([...draft.Errors(toDraft(record, 'EUR'))]).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test("the catalog's schema accepts every product, even with oversized and odd cells", async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '0',
      '-1',
      '1e9',
      '999999999999',
      '99999999',
      'true',
      '\u0001\u007f',
      'x'.repeat(3000),
    ),
    fc.constantFrom(
      'https://example.com/a.jpg',
      `https://example.com/${'a'.repeat(3000)}`,
      '<b>x</b>',
      'a,'.repeat(400),
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const columns = Object.values(CLASSIC_NAMES)
  const rows = fc.array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(rows, async (cells) => {
      const price = columns.indexOf('Variant Price')
      const valid = cells.map((row, i) =>
        row.map((text, at) => (at === 0 ? `p-${i}` : at === price ? '5' : text)),
      )
      const { products: records } = await readAll(csvText([columns, ...valid]))
      for (const record of records) expect([...draft.Errors(toDraft(record, 'EUR'))]).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('stockOf() gives each variant its stock', async () => {
  const header =
    'Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy'
  const { products } = await readAll(
    `${header}\na,A,Size,S,5,shopify,3,deny\na,,,M,5,shopify,,continue\na,,,L,5,,4,deny\n`,
  )
  expect(stockOf(products[0]!, ['var_1', 'var_2', 'var_3'])).toEqual([
    { variantId: 'var_1', quantity: 3, backorder: false },
    { variantId: 'var_2', backorder: true },
    { variantId: 'var_3', quantity: null, backorder: false },
  ])
})
