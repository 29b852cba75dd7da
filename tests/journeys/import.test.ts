import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportModules, importShopify } from '#cli/import/run-import.ts'
import { audit } from '#lab/audit.ts'
import { system } from '#runtime/contract/caller.ts'
import { openVisitor, type Visitor } from '#tests/support/browser.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'
import { addToCart, checkOut, expectThanks, placeOrder } from './buying.ts'

// Shopify's sample exports are not part of the repository: the test runs where this folder is next to it
const FOLDER = '../shared/data/shopify-products'
const FILES = ['apparel.csv', 'home-and-garden.csv', 'jewelery.csv'].map((name) => `${FOLDER}/${name}`)
const present = FILES.every((file) => existsSync(file))
if (!present) console.warn(`Skipped: the import of Shopify's sample files, because ${FOLDER} does not exist`)

describe.skipIf(!present)("Shopify's sample files (only where they are next to the repository)", () => {
  let shop: SampleShop
  let visitor: Visitor

  beforeAll(async () => {
    shop = await openSampleShop()
    visitor = await openVisitor({ width: 1280 })
  }, 120_000)
  afterAll(async () => {
    await visitor?.close()
    await shop?.stop()
  })

  const importAll = () =>
    importShopify(FILES, { calls: shop.shop.callsAs<ImportModules>(system('import')), currency: 'EUR' })

  it('are imported into a running shop, and a product of each file is found by search and bought', async () => {
    const report = await importAll()
    expect(report.products.created).toBeGreaterThan(40)
    await shop.drain()
    const { page } = visitor
    for (const title of ['Ocean Blue Shirt', 'Clay Plant Pot', '7 Shakra Bracelet']) {
      await page.goto(shop.origin)
      await page.fill('#search-query', title)
      await page.click('.search-button')
      await page.click(`main a:has-text("${title}")`)
      await addToCart(page)
      await checkOut(page, 'tok_ok')
      await placeOrder(page)
      const orderId = await expectThanks(page)
      const order = await shop.calls.orders.getOrder({ orderId })
      expect(order.lines.map((line) => line.title)).toEqual([title])
    }
  }, 300_000)

  it('change nothing when they are imported again, not even sold stock', async () => {
    const report = await importAll()
    expect(report.products).toMatchObject({ created: 0, updated: 0 })
    expect(report.stock.set).toBe(0)
    await shop.drain()
    const { problems } = await audit(shop.shop)
    expect(problems).toEqual([])
  })
})
