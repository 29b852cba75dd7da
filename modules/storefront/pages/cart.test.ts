import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser, type ShownPage } from '#tests/support/http-browser.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { fillCart, goToReview, openStockedShop, setStockOf } from '../testing/stocked-shop.ts'

let shop: TestShop
let guest: HttpBrowser

beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())
beforeEach(async () => {
  guest = new HttpBrowser(shop.origin)
  await setStockOf(shop, 'cup', 10)
})

/** The name of the field with the quantity of the first line. */
function quantityFieldOf(cart: ShownPage): string {
  return Object.keys(fieldsOf(cart, '/cart')).find((name) => name.startsWith('quantity.'))!
}

function totalIn({ html }: ShownPage): string | undefined {
  return /totals-total"><dt>Total.*?<\/dt><dd>([^<]*)/.exec(html)?.[1]
}

describe('the form of the cart', () => {
  it('saves changed quantities before the checkout', async () => {
    const cart = await fillCart(guest, 'cup', 1)
    const checkout = await guest.submit(cart, '/cart', { [quantityFieldOf(cart)]: '3', go: 'checkout' })
    expect([checkout.path, checkout.text]).toEqual(['/checkout/contact', expect.stringContaining('3 ×')])
  })

  it('saves quantities with every button', async () => {
    await fillCart(guest, 'bowl')
    const cart = await fillCart(guest, 'cup')
    const field = quantityFieldOf(cart)
    const withCoupon = await guest.submit(cart, '/cart', { [field]: '2', code: 'welcome10' })
    expect([withCoupon.text, fieldsOf(withCoupon, '/cart')[field]]).toEqual([
      expect.stringContaining('WELCOME10'),
      '2',
    ])
    const lineId = quantityFieldOf(withCoupon).slice('quantity.'.length)
    const removed = await guest.submit(withCoupon, '/cart', { remove: lineId, removeCoupon: 'WELCOME10' })
    expect([removed.text.includes('WELCOME10'), removed.text.includes('Test bowl')]).toEqual([false, false])
    expect(removed.text).toContain('Test cup')
  })

  it.each(['abc', '-3', '1000', ''])(
    'shows an error at the field with "%s", and keeps the value',
    async (text) => {
      const cart = await fillCart(guest, 'cup', 2)
      const field = quantityFieldOf(cart)
      const refused = await guest.submit(cart, '/cart', { [field]: text, go: 'checkout' })
      expect([refused.status, refused.path]).toEqual([422, '/cart'])
      expect(refused.text).toContain('Test cup: Enter a quantity from 1 to 999')
      expect(fieldsOf(refused, '/cart')[field]).toBe(text)
      expect(refused.html).toMatch(
        /<input[^>]* aria-invalid="true" aria-describedby="field-quantity-[\w-]+-error"/,
      )
      // A reload shows the quantity in the cart.
      const again = await guest.get(refused.path)
      expect([again.status, fieldsOf(again, '/cart')[field]]).toEqual([200, '2'])
    },
  )
})

describe('a coupon code', () => {
  it('is refused after 10 wrong codes, even if it exists, with a message at its field', async () => {
    let cart = await fillCart(guest, 'cup')
    for (let tries = 0; tries < 10; tries++) cart = await guest.submit(cart, '/cart', { code: 'GUESS' })
    cart = await guest.submit(cart, '/cart', { code: 'welcome10' })
    expect([cart.status, cart.text]).toEqual([
      429,
      expect.stringContaining('You have tried too many codes. Try again in 15 minutes'),
    ])
    expect(cart.html).toMatch(/id="field-code"[^>]* aria-invalid="true"/)
    expect(fieldsOf(cart, '/cart').code).toBe('welcome10')
  })
})

describe('short stock', () => {
  it('is shown in the cart, at the line', async () => {
    const cart = await fillCart(guest, 'cup', 5)
    const field = quantityFieldOf(cart)
    const refused = await guest.submit(cart, '/cart', { [field]: '12' })
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('Only 10 left')])
    expect(fieldsOf(refused, '/cart')[field]).toBe('12')
    await setStockOf(shop, 'cup', 1)
    expect((await guest.get('/cart')).text).toContain('Only 1 left')
    const changed = await guest.submit(cart, '/cart', { [field]: '1' })
    expect(changed.text).toContain('Cart updated')
    expect(changed.text).not.toContain('Only 1 left')
  })

  it('keeps the shopper in the cart instead of redirecting to the checkout', async () => {
    const cart = await fillCart(guest, 'cup', 5)
    await setStockOf(shop, 'cup', 0)
    const refused = await guest.submit(cart, '/cart', { go: 'checkout' })
    expect([refused.status, refused.path]).toEqual([422, '/cart'])
    expect(refused.text).toContain('Test cup: Sold out')
  })

  it('moves sold-out lines to a separate section, which the totals exclude', async () => {
    await fillCart(guest, 'bowl')
    await fillCart(guest, 'cup', 5)
    await setStockOf(shop, 'cup', 0)
    const cart = await guest.get('/cart')
    expect(totalIn(cart)).toBe('€24.00')
    expect(cart.text).toMatch(/Test bowl.*These items cannot be ordered.*Test cup.*Sold out/)
    expect(cart.text).toContain('Excluding the 5 items that cannot be ordered')
    await setStockOf(shop, 'bowl', 0)
    const allSoldOut = await guest.get('/cart')
    expect(allSoldOut.text).toContain('None of your items can be ordered at the moment')
    expect(allSoldOut.html).not.toContain('totals-total')
    // Restores the stock for the other tests
    await setStockOf(shop, 'bowl', 10)
  })

  it('redirects every step of the checkout to the cart', async () => {
    await fillCart(guest, 'cup', 5)
    const review = await goToReview(guest)
    expect(review.path).toBe('/checkout/review')
    await setStockOf(shop, 'cup', 4)
    for (const step of ['', '/contact', '/shipping', '/payment', '/review']) {
      const page = await guest.get(`/checkout${step}`)
      expect([page.path, page.text]).toEqual([
        '/cart',
        expect.stringMatching(/Some items in your cart cannot be ordered.*Only 4 left/),
      ])
    }
  })
})
