import { afterAll, beforeAll, expect, it } from 'vitest'
import { findPageProblems, openVisitor, type Visitor } from '#tests/support/browser.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'
import { addToCart, checkOut, expectThanks, placeOrder } from './buying.ts'

const EMAIL = 'customer@example.com'
const PASSWORD = 'quaking aspen leaves'

let shop: SampleShop
let visitor: Visitor

beforeAll(async () => {
  shop = await openSampleShop()
  visitor = await openVisitor({ width: 320 })
}, 120_000)
afterAll(async () => {
  await visitor.close()
  await shop.stop()
})

it('a customer registers, logs in with a guest cart, buys, finds the order and saves an address', async () => {
  const { page } = visitor
  const problems: string[] = []
  const check = async () => void problems.push(...(await findPageProblems(page)))

  await page.goto(`${shop.origin}/account/register`)
  await page.fill('[name="name"]', 'Ada Buyer')
  await page.fill('[name="email"]', EMAIL)
  await page.fill('[name="password"]', 'short')
  await page.click('button:has-text("Create account")')
  expect(await page.textContent('.error-summary')).toContain('at least 10 characters')
  await check()
  await page.fill('[name="password"]', PASSWORD)
  await page.click('button:has-text("Create account")')
  await page.waitForURL('**/account')
  expect(await page.textContent('h1')).toContain('Ada Buyer')
  await check()
  await page.click('button:has-text("Log out")')

  await page.goto(`${shop.origin}/products/step-stool-for-children`)
  await addToCart(page)
  await page.goto(`${shop.origin}/account/login?next=/cart`)
  await page.fill('[name="email"]', EMAIL)
  await page.fill('[name="password"]', 'not the password')
  await page.click('main button:has-text("Log in")')
  await page.waitForSelector('.error-summary')
  await page.fill('[name="password"]', PASSWORD)
  await page.click('main button:has-text("Log in")')
  await page.waitForURL('**/cart')
  expect(await page.textContent('main')).toContain('Step stool for children')

  await checkOut(page, 'tok_ok', EMAIL)
  await placeOrder(page)
  const orderId = await expectThanks(page)
  await page.goto(`${shop.origin}/account`)
  await check()
  await page.click('.order-list a')
  await page.waitForURL(`**/account/orders/${orderId}`)
  await check()

  await page.goto(`${shop.origin}/account/addresses`)
  for (const [name, value] of Object.entries({
    name: 'Ada Buyer',
    line1: 'Street 1',
    postalCode: '10115',
    city: 'Berlin',
  })) {
    await page.fill(`[name="${name}"]`, value)
  }
  await page.selectOption('[name="country"]', 'DE')
  await page.click('button:has-text("Save address")')
  await page.waitForSelector('.address-list')
  expect(await page.textContent('.address-list')).toContain('Street 1')
  await check()
  expect(problems).toEqual([])

  const stranger = await fetch(`${shop.origin}/account/orders/${orderId}`, { redirect: 'manual' })
  expect(stranger.status).toBe(303)
}, 300_000)

it('the keyboard alone puts a product into the cart', async () => {
  const { page } = visitor
  await page.goto(`${shop.origin}/products/step-stool-for-children`)
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate('document.activeElement?.textContent?.trim()')) === 'Add to cart') break
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/cart')
  expect(await page.textContent('main')).toContain('Step stool for children')
}, 60_000)
