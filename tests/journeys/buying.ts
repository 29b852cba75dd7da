import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const ADDRESS = {
  'shippingAddress.name': 'Ada Buyer',
  'shippingAddress.line1': 'Street 1',
  'shippingAddress.postalCode': '10115',
  'shippingAddress.city': 'Berlin',
}

/** Called on each page of a journey. */
export type Look = (page: Page) => Promise<void>

const lookAway: Look = async () => {}

/** Puts what the page shows into the cart. */
export async function addToCart(page: Page, look: Look = lookAway): Promise<void> {
  await look(page)
  await page.click('button:has-text("Add to cart")')
  await page.waitForURL('**/cart')
  await look(page)
}

/** From the cart to the review, with a card by its token. */
export async function checkOut(
  page: Page,
  token: string,
  email = 'ada@example.com',
  look: Look = lookAway,
): Promise<void> {
  await page.click('button:has-text("Go to checkout")')
  await page.waitForURL('**/checkout/contact')
  await look(page)
  await checkOutFrom(page, token, email, look)
}

/** From the checkout's first step, which the page shows, to the review. */
export async function checkOutFrom(
  page: Page,
  token: string,
  email: string,
  look: Look = lookAway,
): Promise<void> {
  await page.fill('[name="email"]', email)
  for (const [name, value] of Object.entries(ADDRESS)) await page.fill(`[name="${name}"]`, value)
  await page.selectOption('[name="shippingAddress.country"]', 'DE')
  await page.click('button:has-text("Continue to delivery")')
  await page.waitForURL('**/checkout/shipping')
  await look(page)
  await page.check('[name="shippingOptionId"] >> nth=0')
  await page.click('button:has-text("Continue to payment")')
  await page.waitForURL('**/checkout/payment')
  await look(page)
  await pay(page, token, look)
}

/** Chooses a card and goes on to the review. */
export async function pay(page: Page, token: string, look: Look = lookAway): Promise<void> {
  await page.check(`[name="token"][value="${token}"]`)
  await page.click('button:has-text("Review your order")')
  await page.waitForURL('**/checkout/review')
  await look(page)
}

export async function placeOrder(page: Page): Promise<void> {
  await page.click('button:has-text("Place order")')
}

/** The page says that the order is paid. */
export async function expectThanks(page: Page): Promise<string> {
  await page.waitForURL('**/orders/ord_*')
  expect(await page.textContent('h1')).toBe('Thank you')
  return /\/orders\/(ord_[0-9a-z]+)/.exec(page.url())![1]!
}
