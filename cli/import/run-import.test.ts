import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProductDraft } from '#modules/catalog/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { formatReport } from './report.ts'
import { type ImportOptions, importShopify } from './run-import.ts'

const QUIRKS = fixture('quirks.csv')
const DEFECTS = fixture('defects.csv')
const NOT_PRODUCTS = fixture('orders.csv')

let shop: TestShop
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pando-import-'))
  shop = await openShop({ modules: ['catalog', 'inventory'] })
})
afterAll(async () => {
  await shop?.stop()
  await rm(directory, { recursive: true, force: true })
})

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}

function run(files: string[], options: Partial<ImportOptions> = {}) {
  return importShopify(files, { calls: shop.calls, currency: 'EUR', ...options })
}

async function product(handle: string) {
  await shop.drain()
  return shop.calls.catalog.getProduct({ handle })
}

async function stockOf(handle: string) {
  const { variants } = await product(handle)
  const { items } = await shop.calls.inventory.getAvailability({ variantIds: variants.map(({ id }) => id) })
  return variants.map(({ id }) => items.find(({ variantId }) => variantId === id))
}

test('a dry run reports what would be done and changes nothing', async () => {
  const report = await run([QUIRKS, DEFECTS], { dryRun: true })
  expect(report).toMatchObject({ dryRun: true, products: { created: 8, updated: 0, unchanged: 0 } })
  expect((await shop.calls.catalog.listProducts({})).items).toEqual([])
  expect(await shop.sql`select from inventory.stock`).toHaveLength(0)
})

test('a file is imported with its options, images, prices, categories and stock', async () => {
  const report = await run([QUIRKS])
  expect(report).toMatchObject({
    products: { created: 6, updated: 0, unchanged: 0 },
    variants: 7,
    stock: { set: 7, kept: 0 },
    problemCount: 0,
  })
  expect(report.warnings.map(({ code }) => code)).toContain('DESCRIPTION_PARTS_REMOVED')
  const scarf = await product('harbour-scarf')
  expect(scarf).toMatchObject({
    title: 'Harbour Scarf',
    vendor: 'Alder & Finch',
    options: [{ name: 'Color', values: ['Blue', 'Red'] }],
    price: { amount: 4250, currency: 'EUR' },
    compareAtPrice: { amount: 5500, currency: 'EUR' },
    categories: [{ handle: 'scarves', title: 'Scarves' }],
    tags: ['Wool', 'Winter'],
    available: true,
  })
  expect(scarf.descriptionHtml).toContain('<strong>lambswool</strong>')
  expect(scarf.descriptionHtml).not.toContain('track')
  expect(scarf.pictures).toHaveLength(3)
  expect(scarf.variants.map(({ available }) => available)).toEqual([true, false])
})

test('tracked, untracked and backordered stock is imported correctly', async () => {
  expect(await stockOf('tide-ring')).toMatchObject([{ available: 1, backorder: false }])
  expect(await stockOf('gift-wrap')).toMatchObject([{ available: null }])
  expect(await stockOf('long-table')).toMatchObject([{ available: 0, backorder: true }])
  expect((await product('gift-wrap')).available).toBe(true)
  expect((await product('long-table')).available).toBe(true)
})

test('a product without a type gets its category from a tag; an unpublished product is not found', async () => {
  expect((await product('field-shirt')).categories).toEqual([{ handle: 'men', title: 'Men' }])
  await expect(product('next-season')).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' })
})

test('a second run changes nothing, and does not overwrite stock that a sale has reduced', async () => {
  const { variants } = await product('tide-ring')
  const lines = [{ variantId: variants[0]!.id, quantity: 1 }]
  const expiresAt = new Date(shop.clock.now().getTime() + 60_000).toISOString()
  await shop.calls.inventory.reserveStock({ reservationId: 'ord_1', lines, expiresAt })
  await shop.calls.inventory.takeStock({ reservationId: 'ord_1' })
  const report = await run([QUIRKS])
  expect(report).toMatchObject({
    products: { created: 0, updated: 0, unchanged: 6 },
    stock: { set: 0, kept: 7 },
  })
  expect(await stockOf('tide-ring')).toMatchObject([{ available: 0 }])
  expect((await product('tide-ring')).available).toBe(false)
})

test('with overwriteStock, the stock of the file is set again', async () => {
  expect((await run([QUIRKS], { overwriteStock: true })).stock).toEqual({ set: 1, kept: 6 })
  expect(await stockOf('tide-ring')).toMatchObject([{ available: 1 }])
})

test('broken rows are left out with line and reason, without affecting the rows after them', async () => {
  const report = await run([DEFECTS])
  expect(report.products).toEqual({ created: 2, updated: 0, unchanged: 0 })
  expect(report.problems.map(({ line, code, file }) => [line, code, file])).toEqual([
    [3, 'PRICE_MISSING', DEFECTS],
    [3, 'PRODUCT_WITHOUT_VARIANTS', DEFECTS],
    [4, 'PRICE_NEGATIVE', DEFECTS],
    [5, 'HANDLE_MISSING', DEFECTS],
    // A product is checked after its last row
    [4, 'PRODUCT_WITHOUT_VARIANTS', DEFECTS],
    [7, 'ROW_UNREADABLE', DEFECTS],
    [6, 'TITLE_MISSING', DEFECTS],
  ])
  expect((await product('last-mug')).price).toEqual({ amount: 990, currency: 'EUR' })
})

test.each([
  ['a file without products', async () => NOT_PRODUCTS, /the columns .* are missing/],
  ['a workbook', () => written('book.csv', 'PK\u0003\u0004'), /a spreadsheet workbook/],
  ['an empty file', () => written('empty.csv', ''), /it is empty/],
  ['a file that does not exist', async () => join(directory, 'none.csv'), /the file does not exist/],
  ['a directory', async () => directory, /it is not a file/],
])('%s is refused, and no product of the other files is imported', async (_what, broken, message) => {
  const valid = join(directory, 'valid.csv')
  await writeFile(
    valid,
    'Handle,Title,Option1 Name,Option1 Value,Variant Price\nvalid,Valid,Title,Default Title,5\n',
  )
  await expect(run([valid, await broken()])).rejects.toThrow(message)
  await expect(product('valid')).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' })
})

async function written(name: string, content: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

test('a product whose handle an earlier file has already used is left out, so that importing both again changes nothing', async () => {
  const copy = join(directory, 'copy.csv')
  await copyFile(QUIRKS, copy)
  const report = await run([QUIRKS, copy])
  expect(report.products).toEqual({ created: 0, updated: 0, unchanged: 6 })
  expect(report.problems.map(({ code, file }) => [code, file])).toEqual(
    Array(6).fill(['HANDLE_REPEATED', copy]),
  )
})

test('only the product that the catalog refuses is left out of a batch', async () => {
  const { catalog, inventory } = shop.calls
  const importProducts: typeof catalog.importProducts = async (input) => {
    if (input.products.some(({ handle }) => handle === 'tide-ring'))
      throw new Failure('INVALID_PRODUCT', 422, 'Cannot save it')
    return catalog.importProducts(input)
  }
  const calls = { catalog: { importProducts }, inventory } as unknown as ImportOptions['calls']
  const report = await run([QUIRKS], { calls })
  expect(report.products.unchanged).toBe(5)
  expect(report.problems).toMatchObject([{ code: 'PRODUCT_REFUSED', handle: 'tide-ring', line: 9 }])
})

test('a failure that is not about a product ends the import', async () => {
  const importProducts = () => Promise.reject(new Failure('UNAVAILABLE', 503, 'The database is unreachable'))
  const calls = { catalog: { importProducts } } as unknown as ImportOptions['calls']
  await expect(run([QUIRKS], { calls })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('prices are converted to minor units of the currency', async () => {
  const file = await written(
    'yen.csv',
    'Handle,Title,Option1 Name,Option1 Value,Variant Price\nbowl,Bowl,Title,Default Title,4800\n',
  )
  const drafts: ProductDraft[] = []
  const importProducts = async ({ products }: { products: ProductDraft[] }) => {
    drafts.push(...products)
    const results = products.map(({ handle }) => ({
      handle,
      outcome: 'created',
      productId: 'prd_1',
      variantIds: ['var_1'],
    }))
    return { results }
  }
  const calls = {
    catalog: { importProducts },
    inventory: { importStock: async () => ({ set: 0, kept: 0 }) },
  } as unknown as ImportOptions['calls']
  await run([file], { calls, currency: 'JPY', dryRun: true })
  expect(drafts.map(({ variants }) => variants[0]!.price)).toEqual([{ amount: 4800, currency: 'JPY' }])
})

test('progress counts every byte of all files twice: checking, then importing', async () => {
  const steps: Parameters<NonNullable<ImportOptions['onProgress']>>[0][] = []
  await run([QUIRKS, DEFECTS], { dryRun: true, onProgress: (progress) => steps.push(progress) })
  const { total } = steps[0]!
  expect(steps.map(({ phase }) => phase)).toEqual(['checking', 'checking', 'importing', 'importing'])
  expect(steps[1]!.bytes).toBe(total)
  expect(steps[3]!.bytes).toBe(total)
})

test('the text of the report begins with counts, and lists each reason with its lines', async () => {
  const text = formatReport(await run([DEFECTS], { dryRun: true }))
  expect(text).toMatch(/^Dry run, nothing was changed/)
  expect(text).toContain('7 left out:')
  expect(text).toContain(`PRICE_MISSING (1)\n    ${DEFECTS}:3 Variant Price: `)
})

test('the catalog imports a batch while the stock of the previous one is written; stock is written in order', async () => {
  const file = join(directory, 'batches.csv')
  const rows = Array.from(
    { length: 401 },
    (_, i) => `batch-${i},Batch ${i},Title,Default Title,9.99,B-${i},shopify,${i}`,
  )
  const header =
    'Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty'
  await writeFile(file, `${[header, ...rows].join('\n')}\n`)
  const steps: string[] = []
  const nextBatchInCatalog = Promise.withResolvers<void>()
  const calls = {
    catalog: {
      ...shop.calls.catalog,
      importProducts: async ({ products }: { products: { handle: string }[] }) => {
        steps.push(`catalog ${products[0]!.handle}`)
        if (products[0]!.handle === 'batch-200') nextBatchInCatalog.resolve()
        return {
          results: products.map(({ handle }) => ({
            handle,
            outcome: 'created',
            productId: handle,
            variantIds: [handle],
          })),
        }
      },
    },
    inventory: {
      ...shop.calls.inventory,
      importStock: async ({ items }: { items: { variantId: string }[] }) => {
        await nextBatchInCatalog.promise
        steps.push(`stock ${items[0]!.variantId}`)
        return { set: items.length, kept: 0 }
      },
    },
  } as unknown as ImportOptions['calls']
  const report = await run([file], { calls })
  expect(report).toMatchObject({ products: { created: 401 }, variants: 401, stock: { set: 401, kept: 0 } })
  expect(steps.filter((step) => step.startsWith('catalog'))).toEqual([
    'catalog batch-0',
    'catalog batch-200',
    'catalog batch-400',
  ])
  expect(steps.filter((step) => step.startsWith('stock'))).toEqual([
    'stock batch-0',
    'stock batch-200',
    'stock batch-400',
  ])
})

test('a failure to write stock ends the import with that failure', async () => {
  const broken = {
    catalog: shop.calls.catalog,
    inventory: {
      ...shop.calls.inventory,
      importStock: () => Promise.reject(new Error('inventory does not answer')),
    },
  } as unknown as ImportOptions['calls']
  await expect(run([QUIRKS], { calls: broken })).rejects.toThrow('inventory does not answer')
})
