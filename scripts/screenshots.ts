import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openVisitor } from '#tests/support/browser.ts'
import { removeDataDirectory, startShopProcess } from '#tests/support/shop-process.ts'

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
const PRODUCT = process.argv[2] ?? 'lambswool-jumper'

// Takes the screenshots of the README from a new shop with the sample catalogue.
mkdirSync(FOLDER, { recursive: true })
const shop = await startShopProcess()
try {
  const visitor = await openVisitor({ width: 1280 })
  try {
    await takeScreenshots(visitor.page)
  } finally {
    await visitor.close()
  }
} finally {
  await shop.stop()
  await removeDataDirectory(shop.dataDirectory)
}

async function takeScreenshots(page: Page): Promise<void> {
  await open(page, '/')
  await takeScreenshot(page, 'home')

  await open(page, `/products/${PRODUCT}`)
  await takeScreenshot(page, 'product')

  await page.click('button:has-text("Add to cart")')
  await page.waitForURL('**/cart')
  await page.click('button:has-text("Go to checkout")')
  await page.waitForURL('**/checkout/contact')
  await page.fill('[name="email"]', 'shopper@example.com')
  await page.fill('[name="shippingAddress.name"]', 'Sample Shopper')
  await page.fill('[name="shippingAddress.line1"]', 'Aspen Street 1')
  await page.fill('[name="shippingAddress.postalCode"]', '10115')
  await page.fill('[name="shippingAddress.city"]', 'Berlin')
  await page.selectOption('[name="shippingAddress.country"]', 'DE')
  await page.click('button:has-text("Continue to delivery")')
  await page.waitForURL('**/checkout/shipping')
  await page.check('[name="shippingOptionId"] >> nth=0')
  await page.click('button:has-text("Continue to payment")')
  await page.waitForURL('**/checkout/payment')
  await page.check('[name="token"][value="tok_ok"]')
  await page.click('button:has-text("Review your order")')
  await page.waitForURL('**/checkout/review')
  await takeScreenshot(page, 'checkout')
}

async function open(page: Page, path: string): Promise<void> {
  const response = await page.goto(shop.origin + path, { waitUntil: 'networkidle' })
  if (!response?.ok())
    throw new Error(`Cannot take a screenshot of ${path}: it answers ${response?.status()}`)
}

async function takeScreenshot(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled', timeout: 120_000 })
  console.log(`Wrote docs/pictures/${name}.png`)
}
