import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { ProductDraft } from '#modules/catalog/contract.ts'
import { ShopifyFileError } from './file-error.ts'
import { readShopifyProducts } from './read-products.ts'
import type { RowProblem, ShopifyProduct } from './reader-output.ts'
import { surveyRows } from './survey-rows.ts'
import { arbitraryProducts, contentOf } from './testing/arbitrary-products.ts'
import { type CsvStyle, csvText, PLAIN_STYLE } from './testing/csv-text.ts'
import { CLASSIC_NAMES, NEWER_NAMES, productRows } from './testing/product-rows.ts'
import { chunksOf, readAll } from './testing/read-all.ts'

const schema = Compile(ProductDraft)

const style: fc.Arbitrary<CsvStyle> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
  byteOrderMark: fc.boolean(),
  quoteAll: fc.boolean(),
})

test('readShopifyProducts() reads any products back from any style of file', async () => {
  const names = fc.constantFrom(CLASSIC_NAMES, NEWER_NAMES)
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, style, names, async (products, fileStyle, columnNames) => {
      const { products: read, problems } = await readAll(
        csvText(productRows(products, columnNames), fileStyle),
      )
      expect(problems).toEqual([])
      expect(read.map(contentOf)).toEqual(products)
      expect(read.flatMap(({ warnings }) => warnings)).toEqual([])
      for (const product of read) expectValid(product)
    }),
    { numRuns: 100 },
  )
})

test('readShopifyProducts() reports the line on which each product starts', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, style, async (products, fileStyle) => {
      const text = csvText(productRows(products, CLASSIC_NAMES), { ...fileStyle, byteOrderMark: false })
      const firstCells = text
        .split(/\r\n|\n|\r/)
        .map((line) => line.split(fileStyle.delimiter)[0]?.replaceAll('"', ''))
      for (const { line, draft } of (await readAll(text)).products) {
        expect(line - 1).toBe(firstCells.indexOf(draft.handle))
      }
    }),
  )
})

test('readShopifyProducts() reads the same for any division of the file into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryProducts,
      fc.nat({ max: 40 }),
      fc.boolean(),
      async (products, size, asBytes) => {
        const text = csvText(productRows(products, CLASSIC_NAMES))
        const file = asBytes ? Buffer.from(text) : text
        const step = size + 1
        const chunks = Array.from({ length: Math.ceil(file.length / step) }, (_, index) =>
          file.slice(index * step, (index + 1) * step),
        )
        expect(await readAll(chunks)).toEqual(await readAll(text))
      },
    ),
  )
})

test('readShopifyProducts() loses at most one product to one damaged place in the file', async () => {
  const damage = fc.constantFrom<Buffer>(
    ...['"', '""', ',', '\n', '\r\n', '\0', '",\n', '"x"'].map((text) => Buffer.from(text)),
    Buffer.from([0xff]),
    Buffer.from([0xc3]),
  )
  await fc.assert(
    fc.asyncProperty(
      arbitraryProducts,
      fc.nat(),
      damage,
      style,
      async (products, place, bytes, fileStyle) => {
        const rows = productRows(products, CLASSIC_NAMES)
        const text = Buffer.from(csvText(rows, { ...fileStyle, byteOrderMark: false }))
        const headerEnd = Buffer.byteLength(csvText(rows.slice(0, 1), { ...fileStyle, byteOrderMark: false }))
        const at = headerEnd + (place % (text.length - headerEnd))
        const damaged = Buffer.concat([text.subarray(0, at), bytes, text.subarray(at)])
        const read = (await readAll(damaged)).products.map(contentOf)
        const lost = products.filter((product) => !read.some((other) => isSame(product, other)))
        expect(lost.length).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 200 },
  )
})

test('readShopifyProducts() yields valid results or throws a ShopifyFileError for any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes(), async (bytes) => {
      const lineCount = bytes.toString('latin1').split(/\r\n|\n|\r/).length
      let lastLine = 0
      try {
        for await (const found of readShopifyProducts(
          chunksOf([bytes]),
          await surveyRows(chunksOf([bytes])),
          { currency: 'EUR' },
        )) {
          expectValid(found)
          expect(found.line).toBeLessThanOrEqual(lineCount)
          lastLine = found.line
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ShopifyFileError)
        expect(lastLine).toBe(0)
      }
    }),
    { numRuns: 400 },
  )
})

test('readShopifyProducts() yields products that the catalog accepts, even from oversized and odd cells', async () => {
  const cell = fc.oneof(
    fc.constantFrom('', ' ', '0', '-1', '1e9', '999999999999', '99999999', 'true', '\u0001\u007f'),
    fc.constantFrom('x'.repeat(3000), '<b>x</b>', 'a,'.repeat(400)),
    fc.constantFrom('https://example.com/a.jpg', `https://example.com/${'a'.repeat(3000)}`),
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
      for (const product of (await readAll(csvText([columns, ...valid]))).products) expectValid(product)
    }),
    { numRuns: 200 },
  )
})

function anyBytes(): fc.Arbitrary<Buffer> {
  const header = csvText(productRows([], CLASSIC_NAMES))
  const fragment = fc.oneof(
    fc.constantFrom(',', '"', '""', '\n', '\r\n', '\r', ';', 'a', '9.99', 'Default Title', '\0', ',,,,,,,'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  const text = fc.array(fragment, { maxLength: 200 }).map((parts) => Buffer.from(header + parts.join('')))
  const short = fc
    .array(fragment, { maxLength: 200 })
    .map((parts) =>
      Buffer.from(`Handle,Title,Option1 Name,Option1 Value,Variant Price\na,A,,,9\n${parts.join('')}`),
    )
  const bytes = fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.concat([Buffer.from(header), array]))
  return fc.oneof(text, short, bytes, fc.uint8Array({ maxLength: 300 }).map(Buffer.from))
}

function expectValid(found: ShopifyProduct | RowProblem) {
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)
  expect(found.line).toBeGreaterThan(1)
  if (found.kind === 'problem') {
    expect(found.message).not.toBe('')
    return
  }
  const { draft, stock } = found
  expect([...schema.Errors(draft)]).toEqual([])
  expect(stock).toHaveLength(draft.variants.length)
  for (const { price, optionValues } of draft.variants) {
    expect(price.amount).toBeGreaterThanOrEqual(0)
    expect(optionValues).toHaveLength(draft.options.length)
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sortedKeys) === JSON.stringify(other, sortedKeys)
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

test('PLAIN_STYLE is the style of files from Shopify', () => {
  expect(csvText([['a', 'b, "c"']], PLAIN_STYLE)).toBe('a,"b, ""c"""\n')
})
