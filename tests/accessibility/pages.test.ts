import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { addToCart, checkOut, expectThanks, placeOrder } from '#tests/journeys/buying.ts'
import { findPageProblems, openVisitor } from '#tests/support/browser.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'

const PRODUCT = '/products/step-stool-for-children'

// Pages are the same in every topology, so this is not one of the journeys, which run in each
let shop: SampleShop
beforeAll(async () => {
  shop = await openSampleShop()
}, 120_000)
afterAll(() => shop.stop())

it.each([320, 1280])(
  'axe finds no problem and no page scrolls horizontally, from the home page to the placed order, %i px wide',
  async (width) => {
    const visitor = await openVisitor({ width })
    onTestFinished(() => visitor.close())
    const { page } = visitor
    const problems: string[] = []
    const check = async () => void problems.push(...(await findPageProblems(page)))
    for (const path of [
      '/',
      '/search?q=lamp',
      '/categories/kitchen',
      '/nowhere',
      '/account/login',
      '/account/register',
      '/mailbox',
      '/api/docs',
    ]) {
      await page.goto(shop.origin + path)
      await check()
    }
    const heights = await page.$$eval('nav a', (found) =>
      found.map((link) => link.getBoundingClientRect().height),
    )
    // The minimum target size of WCAG 2.2 (2.5.8)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(24)
    await page.goto(shop.origin + PRODUCT)
    await addToCart(page, check)
    await checkOut(page, 'tok_ok', 'ada@example.com', check)
    await placeOrder(page)
    await expectThanks(page)
    await check()
    expect(problems).toEqual([])
  },
  180_000,
)
