import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const ADDRESS = {
  'shippingAddress.name': 'Ada Buyer',
  'shippingAddress.line1': 'Street 1',
  'shippingAddress.postalCode': '10115',
  'shippingAddress.city': 'Berlin',
}

/** Called on each page of a journey, to check it. */
export type CheckPage = (page: Page) => Promise<void>

const noCheck: CheckPage = async () => {}

/** Puts the product of the page into the cart. */
export async function addToCart(page: Page, check: CheckPage = noCheck): Promise<void> {
  await check(page)
  await page.click('button:has-text("Add to cart")')
  await page.waitForURL('**/cart')
  await check(page)
}

/** Goes from the cart to the review. `token`: the test card to pay with. */
export async function checkOut(
  page: Page,
  token: string,
  email = 'ada@example.com',
  check: CheckPage = noCheck,
): Promise<void> {
  await page.click('button:has-text("Go to checkout")')
  await page.waitForURL('**/checkout/contact')
  await check(page)
  await checkOutFrom(page, token, email, check)
}

/** Goes from the first step of the checkout, which the page shows, to the review. */
export async function checkOutFrom(
  page: Page,
  token: string,
  email: string,
  check: CheckPage = noCheck,
): Promise<void> {
  await page.fill('[name="email"]', email)
  for (const [name, value] of Object.entries(ADDRESS)) await page.fill(`[name="${name}"]`, value)
  await page.selectOption('[name="shippingAddress.country"]', 'DE')
  await page.click('button:has-text("Continue to delivery")')
  await page.waitForURL('**/checkout/shipping')
  await check(page)
  await page.check('[name="shippingOptionId"] >> nth=0')
  await page.click('button:has-text("Continue to payment")')
  await page.waitForURL('**/checkout/payment')
  await check(page)
  await pay(page, token, check)
}

/** Chooses a card and continues to the review. */
export async function pay(page: Page, token: string, check: CheckPage = noCheck): Promise<void> {
  await page.check(`[name="token"][value="${token}"]`)
  await page.click('button:has-text("Review your order")')
  await page.waitForURL('**/checkout/review')
  await check(page)
}

export async function placeOrder(page: Page): Promise<void> {
  await page.click('button:has-text("Place order")')
}

/** Expects the page that says that the order is paid. Returns the id of the order. */
export async function expectThanks(page: Page): Promise<string> {
  await page.waitForURL('**/orders/ord_*')
  expect(await page.textContent('h1')).toBe('Thank you')
  return /\/orders\/(ord_[0-9a-z]+)/.exec(page.url())![1]!
}
