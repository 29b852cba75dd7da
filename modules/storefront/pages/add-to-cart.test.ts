import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser } from '#tests/support/http-browser.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { fillCart, openStockedShop, setStockOf } from '../testing/stocked-shop.ts'

let shop: TestShop
let guest: HttpBrowser

beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())
beforeEach(() => {
  guest = new HttpBrowser(shop.origin)
})

describe('a refused addition to the cart', () => {
  it.each([
    ['11', 'Only 10 left.'],
    ['1000', 'Enter a quantity from 1 to 999.'],
    ['abc', 'Enter a quantity from 1 to 999.'],
    ['-3', 'Enter a quantity from 1 to 999.'],
  ])(
    'redirects to the product’s page, which shows the quantity %s in its field with the message %s',
    async (quantity, message) => {
      const page = await guest.post('/cart/lines', {
        ...fieldsOf(await guest.get('/products/cup'), '/cart/lines'),
        quantity,
      })
      expect([page.status, page.heading]).toEqual([200, 'Test cup'])
      expect(page.path).toMatch(/^\/products\/cup\?variantId=var_\w+&quantity=/)
      expect(page.text).toContain(message)
      expect(page.html).toMatch(/<input[^>]* aria-invalid="true" aria-describedby="product-quantity-error"/)
      expect(fieldsOf(page, '/cart/lines').quantity).toBe(quantity)
      // A reload shows the page again, without the message.
      const again = await guest.get(page.path)
      expect([again.status, again.text.includes(message)]).toEqual([200, false])
    },
  )

  it('shows how many pieces are left and how many of them are in the cart', async () => {
    const add = async (quantity: string) =>
      guest.post('/cart/lines', { ...fieldsOf(await guest.get('/products/cup'), '/cart/lines'), quantity })
    await add('3')
    expect((await add('8')).text).toContain('Only 10 left, 3 of them in your cart.')
    await add('7')
    expect((await add('1')).text).toContain('Only 10 left, and you have 10 in your cart.')
  })

  it('shows on the product’s page why the chosen variant cannot be added, and keeps the choice', async () => {
    const page = await guest.get('/products/shirt')
    const choice = { 'option.Size': 'M', 'option.Colour': 'Blue', quantity: '2' }
    await setStockOf(shop, 'shirt', 0)
    const refused = await guest.post('/cart/lines', { ...fieldsOf(page, '/cart/lines'), ...choice })
    expect(refused.path).toBe('/products/shirt?option.Size=M&option.Colour=Blue&quantity=2')
    expect(refused.html).toMatch(/role="alert"><div class="width">.*?Sold out\./s)
    await setStockOf(shop, 'shirt', 10)
    const nonexistent = { ...choice, 'option.Size': 'S' }
    const unknown = await guest.post('/cart/lines', { ...fieldsOf(page, '/cart/lines'), ...nonexistent })
    expect([unknown.heading, unknown.text]).toEqual([
      'Test shirt',
      expect.stringContaining('Please choose an available combination of options.'),
    ])
  })

  it('keeps a choice of the maximum length, 255 characters', async () => {
    const draft = oneProduct('poster', 900)
    const motifs = ['a', 'b'].map((first) => first + '🌳'.repeat(254))
    const poster = {
      ...draft,
      options: [
        { name: 'Motif', values: motifs },
        { name: 'Size', values: ['S'] },
      ],
      variants: motifs.map((motif) => ({ ...draft.variants[0]!, optionValues: [motif, 'S'] })),
    }
    await shop.calls.catalog.importProducts({ products: [poster], dryRun: false })
    const choice = { 'option.Motif': motifs[1]!, 'option.Size': 'S', quantity: '1' }
    const page = await guest.get('/products/poster')
    const refused = await guest.post('/cart/lines', { ...fieldsOf(page, '/cart/lines'), ...choice })
    expect(refused.path).toBe(`/products/poster?${new URLSearchParams(choice)}`)
  })

  it('shows no text from a forged notice cookie', async () => {
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

it('GET requests to paths without a page, such as those of forms, redirect to the nearest page', async () => {
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
