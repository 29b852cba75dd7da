import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShopifyFileError } from './file-error.ts'
import type { ProductRecord, RowProblem } from './product-record.ts'
import { readShopifyProducts } from './read-products.ts'
import { surveyRows } from './survey-rows.ts'
import { arbitraryProducts, contentOf } from './testing/arbitrary-products.ts'
import { type CsvStyle, csvText, PLAIN_STYLE } from './testing/csv-text.ts'
import { CLASSIC_NAMES, NEWER_NAMES, productRows } from './testing/product-rows.ts'
import { chunksOf, readAll } from './testing/read-all.ts'

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
    }),
    { numRuns: 100 },
  )
})

test('readShopifyProducts() reports the line on which each product and variant starts', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, style, async (products, fileStyle) => {
      const text = csvText(productRows(products, CLASSIC_NAMES), { ...fileStyle, byteOrderMark: false })
      const lines = text.split(/\r\n|\n|\r/)
      for (const product of (await readAll(text)).products) {
        for (const { line } of [product, ...product.variants]) {
          const firstCell = lines[line - 1]?.split(fileStyle.delimiter)[0]?.replaceAll('"', '')
          expect(firstCell).toBe(product.handle)
        }
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

function expectValid(found: ProductRecord | RowProblem) {
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)
  expect(found.line).toBeGreaterThan(1)
  if (found.kind === 'problem') {
    expect(found.message).not.toBe('')
    return
  }
  expect(found.title).not.toBe('')
  expect(found.handle).not.toBe('')
  expect(found.variants.length).toBeGreaterThan(0)
  for (const { price, optionValues } of found.variants) {
    expect(Number.isSafeInteger(price) && price >= 0).toBe(true)
    expect(optionValues).toHaveLength(found.options.length)
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
