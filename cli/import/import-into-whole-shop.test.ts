import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { exitCodeOf, formatReport } from './report.ts'
import { type ImportOptions, importShopify } from './run-import.ts'

const COLUMNS =
  'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price'

let shop: TestShop
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pando-cases-'))
  shop = await openShop({ http: true })
}, 60_000)
afterAll(async () => {
  await shop?.stop()
  await rm(directory, { recursive: true, force: true })
})

let files = 0
async function imported(text: string, options: Partial<ImportOptions> = {}) {
  const file = join(directory, `${files++}.csv`)
  await writeFile(file, text)
  const report = await importShopify([file], { calls: shop.calls, currency: 'EUR', ...options })
  await shop.drain()
  return report
}

async function availability(handle: string) {
  const { variants } = await shop.calls.catalog.getProduct({ handle })
  const { items } = await shop.calls.inventory.getAvailability({ variantIds: variants.map(({ id }) => id) })
  return items.map(({ available }) => available)
}

test('the rows of a product need not be adjacent', async () => {
  const report = await imported(
    `${COLUMNS}\naa,AA,Size,S,,,shopify,5,,10\nbb,BB,Size,S,,,shopify,5,,10\naa,,,M,,,shopify,6,,11\nbb,,,M,,,shopify,7,,11\n`,
  )
  expect(report).toMatchObject({ products: { created: 2 }, variants: 4, problemCount: 0, warningCount: 0 })
  expect(exitCodeOf(report)).toBe(0)
  expect(await availability('aa')).toEqual([5, 6])
  expect(await availability('bb')).toEqual([5, 7])
})

test.each(['x_y', 'x-y', 'brand™-tee', '🎁', '青い_シャツ', '🎁'.repeat(255)])(
  'the handle %j is not changed, and the page and the API find it',
  async (handle) => {
    const report = await imported(`${COLUMNS}\n${handle},The one,Title,Default Title,,,shopify,5,,9.99\n`)
    expect(report).toMatchObject({ products: { created: 1 }, warningCount: 0 })
    const address = encodeURIComponent(handle)
    const page = await fetch(`${shop.origin}/products/${address}`)
    expect([page.status, (await page.text()).includes('The one')]).toEqual([200, true])
    const answer = await fetch(`${shop.origin}/api/v1/products/${address}`)
    expect(await answer.json()).toMatchObject({ handle })
  },
)

test('a handle that would change the path of a URL is refused', async () => {
  const report = await imported(`${COLUMNS}\n..,Up,Title,Default Title,,,,,,1\n`)
  expect(report.problems.map(({ code }) => code)).toEqual(['HANDLE_INVALID'])
  expect(exitCodeOf(report)).toBe(1)
})

test('variants that share a SKU keep it, each with its own stock', async () => {
  const file = `${COLUMNS}\nlamp-small,Small lamp,Title,Default Title,LAMP,,shopify,5,deny,19\nlamp-large,Large lamp,Size,L,LAMP,,shopify,6,deny,29\nlamp-large,,,XL,LAMP,,shopify,7,deny,39\n`
  expect(await imported(file)).toMatchObject({ variants: 3, problemCount: 0, warningCount: 0 })
  const { variants } = await shop.calls.catalog.getProduct({ handle: 'lamp-large' })
  expect(variants.map(({ sku }) => sku)).toEqual(['LAMP', 'LAMP'])
  expect(await availability('lamp-large')).toEqual([6, 7])
  expect(await imported(file)).toMatchObject({ products: { unchanged: 2 }, stock: { set: 0, kept: 3 } })
})

test('a variant without tracked stock is always available, even after purchases', async () => {
  const report = await imported(`${COLUMNS}\nnt-one,Untracked one,Title,Default Title,NT1,,,1,deny,9.99\n`)
  expect(report.warnings.map(({ code }) => code)).toEqual(['STOCK_NOT_TRACKED'])
  const [variant] = (await shop.calls.catalog.getProduct({ handle: 'nt-one' })).variants
  const expiresAt = new Date(shop.clock.now().getTime() + 60_000).toISOString()
  const lines = [{ variantId: variant!.id, quantity: 40 }]
  await shop.calls.inventory.reserveStock({ reservationId: 'ord_nt', lines, expiresAt })
  await shop.calls.inventory.takeStock({ reservationId: 'ord_nt' })
  await shop.drain()
  expect(await availability('nt-one')).toEqual([null])
  expect(await shop.calls.catalog.getProduct({ handle: 'nt-one' })).toMatchObject({ available: true })
  expect((await shop.calls.inventory.auditStock({ limit: 100 })).problems).toEqual([])
})

/** A file with one product, whose stock is tracked. */
function trackedProduct(handle: string, quantity: string, policy = 'deny'): string {
  return `${COLUMNS}\n${handle},Tracked,Title,Default Title,,,shopify,${quantity},${policy},10\n`
}

test('with overwriteStock, an empty quantity keeps the stock, and 0 sets it to 0', async () => {
  await imported(trackedProduct('emptied', '8'))
  const withoutQuantity = await imported(trackedProduct('emptied', ''), { overwriteStock: true })
  expect(withoutQuantity.stock).toEqual({ set: 0, kept: 1 })
  expect(await availability('emptied')).toEqual([8])
  const withZero = await imported(trackedProduct('emptied', '0'), { overwriteStock: true })
  expect(withZero.stock).toEqual({ set: 1, kept: 0 })
  expect(await availability('emptied')).toEqual([0])
})

test('with overwriteStock, an invalid quantity keeps the stock, and the policy "continue" is imported', async () => {
  await imported(trackedProduct('continued', '8'))
  const report = await imported(trackedProduct('continued', 'lots', 'continue'), { overwriteStock: true })
  expect(report.stock).toEqual({ set: 1, kept: 0 })
  const { variants } = await shop.calls.catalog.getProduct({ handle: 'continued' })
  const { items } = await shop.calls.inventory.getAvailability({ variantIds: [variants[0]!.id] })
  expect(items).toMatchObject([{ available: 8, backorder: true }])
})

test('a file may begin with a line such as "sep=;" that names the separator', async () => {
  const report = await imported(
    `\ufeffsep=;\r\n${COLUMNS.replaceAll(',', ';')}\r\nsep-cafe;Café, sep;Title;Default Title;;;shopify;5;;10\r\n;Nothing;;;;;;;;\r\n`,
  )
  expect(report.problems).toMatchObject([{ code: 'HANDLE_MISSING', line: 4 }])
  expect(exitCodeOf(report)).toBe(3)
  expect(await shop.calls.catalog.getProduct({ handle: 'sep-cafe' })).toMatchObject({ title: 'Café, sep' })
})

test('a weight of 8.5 g is stored as 8,500 mg', async () => {
  await imported(`${COLUMNS}\nseeds,Seeds,Title,Default Title,,8.5,shopify,5,,3\n`)
  const { variants } = await shop.calls.catalog.getProduct({ handle: 'seeds' })
  const sold = await shop.calls.catalog.getVariants({ variantIds: [variants[0]!.id] })
  expect(sold.variants).toMatchObject([{ weightMilligrams: 8500 }])
})

test('an unused column is reported once for all rows, and of two columns with the same name the first is used', async () => {
  const report = await imported(
    `sep=,\nHandle,Title,Title,Option1 Name,Option1 Value,Variant Price,Variant Qty\ntwice,First,Second,Title,Default Title,5,7\nagain,Third,,Title,Default Title,5,7\n`,
  )
  expect(report.warnings).toMatchObject([
    { line: 2, column: 'Title', code: 'COLUMN_REPEATED' },
    { line: 2, column: 'Variant Qty', code: 'COLUMN_UNKNOWN' },
  ])
  expect(await shop.calls.catalog.getProduct({ handle: 'twice' })).toMatchObject({ title: 'First' })
})

test('an update reports the variants that it withdraws, in a dry run too', async () => {
  const sizes = Array.from({ length: 12 }, (_, i) => `tee,${i === 0 ? 'Tee' : ''},Size,${i},,,,,,5`)
  await imported(`${COLUMNS}\n${sizes.join('\n')}\n`)
  const oneRow = `${COLUMNS}\ntee,Tee,Size,0,,,,,,5\n`
  for (const dryRun of [true, false]) {
    const report = await imported(oneRow, { dryRun })
    const [file] = report.files
    expect(report).toMatchObject({
      products: { created: 0, updated: 1, unchanged: 0 },
      withdrawn: { variants: 11, products: 1, first: [{ file, line: 2, handle: 'tee', variants: 11 }] },
    })
    const happens = dryRun ? 'would be' : 'were'
    expect(formatReport(report)).toContain(
      `11 variants of 1 product ${happens} withdrawn, because the import does not contain them:\n    ${file}:2 tee: 11 variants`,
    )
  }
  expect((await imported(oneRow)).withdrawn).toEqual({ variants: 0, products: 0, first: [] })
})

test('the report says "1 product" and "0 products"', async () => {
  const report = await imported(`${COLUMNS}\none,One,Size,S,,,,,,5\n`)
  expect(formatReport(report)).toMatch(/^1 product created, 0 updated, 0 unchanged; 1 variant;/)
  expect(formatReport(await imported(`${COLUMNS}\none,One,Size,S,,,,,,5\n`))).toMatch(/^0 products created, /)
})
