import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browserless, fieldsOf } from '#tests/support/browserless.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { fillCart, openStockedShop, setStockOf } from '../testing/stocked-shop.ts'

let shop: TestShop
let guest: Browserless

beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())
beforeEach(() => {
  guest = new Browserless(shop.origin)
})

describe('what cannot be put into the cart', () => {
  it.each([
    ['11', 'Only 10 left.'],
    ['1000', 'Choose a quantity from 1 to 999.'],
    ['abc', 'Choose a quantity from 1 to 999.'],
    ['-3', 'Choose a quantity from 1 to 999.'],
  ])('leads back to the product, where %s is at its field with a message', async (quantity, message) => {
    const page = await guest.post('/cart/lines', {
      ...fieldsOf(await guest.get('/products/cup'), '/cart/lines'),
      quantity,
    })
    expect([page.status, page.heading]).toEqual([200, 'Test cup'])
    expect(page.path).toMatch(/^\/products\/cup\?variantId=var_\w+&quantity=/)
    expect(page.text).toContain(message)
    expect(page.html).toMatch(/<input[^>]* aria-invalid="true" aria-describedby="product-quantity-error"/)
    expect(fieldsOf(page, '/cart/lines').quantity).toBe(quantity)
    // The address opens again, and says nothing then of what is over.
    const again = await guest.get(page.path)
    expect([again.status, again.text.includes(message)]).toEqual([200, false])
  })

  it('says how many of the pieces that are left are in the cart already', async () => {
    const add = async (quantity: string) =>
      guest.post('/cart/lines', { ...fieldsOf(await guest.get('/products/cup'), '/cart/lines'), quantity })
    await add('3')
    expect((await add('8')).text).toContain('Only 10 left, 3 of them in your cart.')
    await add('7')
    expect((await add('1')).text).toContain('Only 10 left, and you have 10 in your cart.')
  })

  it('says on the page of its product that it is sold out, the choice kept', async () => {
    const page = await guest.get('/products/shirt')
    const choice = { 'option.Size': 'M', 'option.Colour': 'Blue', quantity: '2' }
    await setStockOf(shop, 'shirt', 0)
    const refused = await guest.post('/cart/lines', { ...fieldsOf(page, '/cart/lines'), ...choice })
    expect(refused.path).toBe('/products/shirt?option.Size=M&option.Colour=Blue&quantity=2')
    expect(refused.html).toMatch(/role="alert"><div class="width">.*?Sold out\./s)
    await setStockOf(shop, 'shirt', 10)
    const unmade = { ...choice, 'option.Size': 'S' }
    const unknown = await guest.post('/cart/lines', { ...fieldsOf(page, '/cart/lines'), ...unmade })
    expect([unknown.heading, unknown.text]).toEqual([
      'Test shirt',
      expect.stringContaining('Choose one of each option.'),
    ])
  })

  it('takes no text of its own from the browser', async () => {
    for (const notice of [
      'left.<b>',
      'left.1e3',
      'left.-1',
      'left.1',
      'left.1.x',
      'toString',
      'left.12345678901.1',
    ]) {
      guest.cookies.set('pando_notice', encodeURIComponent(notice))
      const page = await guest.get('/products/cup')
      expect([page.status, page.html.includes('class="notice')]).toEqual([200, false])
    }
  })
})

it('addresses that take forms only lead to the page of the form when they are opened again', async () => {
  await fillCart(guest)
  for (const [address, path, heading] of [
    ['/cart/lines', '/cart', 'Your cart'],
    ['/account/logout', '/account/login?next=%2Faccount', 'Log in'],
    ['/orders', '/account/login?next=%2Faccount', 'Log in'],
    ['/account/orders', '/account/login?next=%2Faccount', 'Log in'],
    ['/orders/ord_1/cancel', '/account/login?next=%2Forders%2Ford_1', 'Log in'],
    ['/orders/ord_1/check', '/account/login?next=%2Forders%2Ford_1', 'Log in'],
    ['/orders/ord_1/restore', '/account/login?next=%2Forders%2Ford_1', 'Log in'],
    [
      '/account/addresses/adr_1/remove',
      '/account/login?next=%2Faccount%2Faddresses%2Fadr_1%2Fremove',
      'Log in',
    ],
  ] as const) {
    const page = await guest.get(address)
    expect([page.status, page.path, page.heading]).toEqual([200, path, heading])
  }
})
