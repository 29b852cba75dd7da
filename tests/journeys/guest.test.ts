import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { openVisitor, type Visitor } from '#tests/support/browser.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'
import { addToCart, checkOut, checkOutFrom, expectThanks, pay, placeOrder } from './buying.ts'

const PRODUCT = '/products/step-stool-for-children'

describe('a guest', () => {
  let shop: SampleShop
  const visitors: Visitor[] = []

  beforeAll(async () => {
    shop = await openSampleShop()
  }, 120_000)
  afterAll(async () => {
    await Promise.all(visitors.map((visitor) => visitor.close()))
    await shop.stop()
  })

  async function visitor(options: Parameters<typeof openVisitor>[0]) {
    const opened = await openVisitor(options)
    visitors.push(opened)
    return opened.page
  }

  it('sees a picture of each of the first 20 sample products, no two alike and no placeholder', async () => {
    const { items } = await shop.calls.catalog.listProducts({ limit: 20 })
    const pictures = await Promise.all(
      items.map(async ({ picture }) => (await fetch(shop.origin + picture.url)).text()),
    )
    expect(new Set(pictures).size).toBe(items.length)
    expect(pictures.filter((picture) => !picture.startsWith('<svg'))).toEqual([])
  })

  it('buys without scripts on a small screen, sees the order and gets an email', async () => {
    const page = await visitor({ width: 320, scripts: false })
    await page.goto(shop.origin)
    await page.fill('#search-query', 'stool')
    await page.click('.search-button')
    await page.click('a:has-text("Step stool for children")')
    await addToCart(page)
    await checkOut(page, 'tok_ok')
    await placeOrder(page)
    const orderId = await expectThanks(page)
    await shop.drain()
    await page.goto(`${shop.origin}/mailbox`)
    const order = await shop.calls.orders.getOrder({ orderId })
    expect(await page.textContent('main')).toContain(order.number)
    // The order stays accessible to this browser after a new cart has begun, and to no other
    await page.goto(shop.origin + PRODUCT)
    await addToCart(page)
    expect((await page.goto(`${shop.origin}/orders/${orderId}`))!.status()).toBe(200)
    const stranger = await fetch(`${shop.origin}/orders/${orderId}`, { redirect: 'manual' })
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      303,
      `/account/login?next=%2Forders%2F${orderId}`,
    ])
    // The link in the email opens the order in any browser
    const { items } = await shop.calls.notifications.listMessages({ limit: 10 })
    const { text } = await shop.calls.notifications.getMessage({ messageId: items[0]!.id })
    const [, link] = /\/\/[^/]+(\/orders\/\S+\?key=\S+)/.exec(text)!
    const opened = await fetch(shop.origin + link!, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([303, `/orders/${orderId}`])
  }, 120_000)

  it('sees the fields of an address change with the country, and buys', async () => {
    const page = await visitor({ width: 1280 })
    await page.goto(shop.origin + PRODUCT)
    await addToCart(page)
    await page.click('button:has-text("Go to checkout")')
    await page.waitForURL('**/checkout/contact')
    const labelOf = async (part: string) => {
      const label = page.locator(`label[for="field-shippingAddress-${part}"]`)
      return (await label.isVisible()) ? label.textContent() : 'hidden'
    }
    const labels = async () => [await labelOf('postalCode'), await labelOf('region')]
    expect(await labels()).toEqual(['Postal code', 'State or region'])
    for (const [country, expected] of Object.entries({
      US: ['ZIP code', 'State'],
      DE: ['Postal code', 'hidden'],
      HK: ['hidden', 'District optional'],
      GB: ['Postcode', 'County optional'],
    })) {
      await page.selectOption('[name="shippingAddress.country"]', country)
      expect([country, await labels()]).toEqual([country, expected])
    }
    // A field that the new country does not have is not sent
    await page.fill('[name="shippingAddress.region"]', 'Surrey')
    await checkOutFrom(page, 'tok_ok', 'user@münchen.test')
    await placeOrder(page)
    await expectThanks(page)
    expect(await page.textContent('main')).toContain('user@münchen.test')
    expect(await page.textContent('main')).not.toContain('Surrey')
  }, 120_000)

  it('whose card is declined keeps the cart and pays with another', async () => {
    const page = await visitor({ width: 1280 })
    await page.goto(shop.origin + PRODUCT)
    await addToCart(page)
    await checkOut(page, 'tok_declined')
    await placeOrder(page)
    await page.waitForSelector('[role="alert"]')
    expect(await page.textContent('[role="alert"]')).toMatch(/declined/)
    await pay(page, 'tok_ok')
    await placeOrder(page)
    await expectThanks(page)
  }, 120_000)

  it('confirms the payment at the bank, or refuses it', async () => {
    const page = await visitor({ width: 1280 })
    for (const answer of ['Confirm', 'Decline']) {
      await page.goto(shop.origin + PRODUCT)
      await addToCart(page)
      await checkOut(page, 'tok_requires_action')
      await placeOrder(page)
      await page.waitForURL('**/orders/ord_*')
      expect(await page.textContent('h1')).toBe('Almost there')
      await page.click('a:has-text("Confirm payment")')
      await page.click(`button:has-text("${answer}")`)
      await page.waitForURL('**/orders/ord_*')
      const text = await page.textContent('main')
      expect(text).toContain(answer === 'Confirm' ? 'Being packed' : 'Payment declined')
    }
  }, 120_000)

  it('places one order with a double click on the order button', async () => {
    const page = await visitor({ width: 1280, scripts: false })
    await page.goto(shop.origin + PRODUCT)
    await addToCart(page)
    await checkOut(page, 'tok_ok', 'twice@example.com')
    await page.dblclick('button:has-text("Place order")')
    await expectThanks(page)
    const { items } = await shop.calls.orders.listOrders({ limit: 100 })
    expect(items.filter(({ contact }) => contact.email === 'twice@example.com')).toHaveLength(1)
  }, 120_000)

  it('leaves no problems for the audit', async () => {
    await shop.drain()
    const report = await audit(shop.shop)
    expect(report.problems).toEqual([])
    expect(report.counts.orders).toBeGreaterThan(5)
  })
})
