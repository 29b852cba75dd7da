import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { fieldsOf, HttpBrowser, type ShownPage } from '#tests/support/http-browser.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import type { TestShop } from '#tests/support/shop.ts'
import {
  buy,
  contactFields,
  fillCart,
  goToReview,
  openStockedShop,
  orderIdIn,
  PASSWORD,
  register,
  setStockOf,
} from '../testing/stocked-shop.ts'

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

async function ordersOf(email: string): Promise<string[]> {
  const { items } = await shop.calls.orders.listOrders({ limit: 100 })
  return items.filter((order) => order.contact.email === email).map((order) => order.status)
}

describe('a guest', () => {
  it('buys step by step, and the order is paid', async () => {
    const cart = await fillCart(guest, 'cup', 2)
    expect([cart.path, cart.status]).toEqual(['/cart', 200])
    expect(cart.text).toContain('Cart , 2 items')
    expect((await guest.get('/checkout')).path).toBe('/checkout/contact')
    const review = await goToReview(guest)
    expect(review.path).toBe('/checkout/review')
    const order = await guest.submit(review, '/checkout')
    expect(order.heading).toBe('Thank you')
    expect(order.text).toContain('Delivery address')
    expect((await guest.get('/cart')).text).toContain('Your cart is empty')
    expect([...guest.cookies.keys()]).toEqual(['pando_orders'])
  })

  it('orders a free product without a payment', async () => {
    await shop.calls.catalog.importProducts({ products: [oneProduct('sample', 0)], dryRun: false })
    await setStockOf(shop, 'sample', 10)
    await fillCart(guest, 'sample')
    await guest.submit(await guest.get('/checkout/contact'), '/checkout/contact', contactFields)
    const review = await guest.submit(await guest.get('/checkout/shipping'), '/checkout/shipping', {
      shippingOptionId: 'pickup',
    })
    expect(review.path).toBe('/checkout/review')
    expect(review.text).toContain('Nothing to pay')
    expect(review.text).not.toContain('pay €')
    expect((await guest.get('/checkout/payment')).path).toBe('/checkout/review')
    const order = await guest.submit(review, '/checkout')
    expect(order.heading).toBe('Thank you')
    expect(order.text).toContain('Nothing to pay')
    expect(order.text).not.toContain('Paid')
  })

  it('reads nothing about delivery, payment or parcels for free goods that are sent by email', async () => {
    const draft = oneProduct('guide', 0)
    const variants = draft.variants.map((variant) => ({ ...variant, requiresShipping: false }))
    await shop.calls.catalog.importProducts({ products: [{ ...draft, variants }], dryRun: false })
    await setStockOf(shop, 'guide', 10)
    await fillCart(guest, 'guide')
    const contact = await guest.get('/checkout/contact')
    expect([contact.heading, contact.text.includes('Delivery address')]).toEqual(['Your address', false])
    const shipping = await guest.submit(contact, '/checkout/contact', contactFields)
    expect(shipping.text).toMatch(/By email no shipping required Free Continue to review/)
    const review = await guest.submit(shipping, '/checkout/shipping')
    const order = await guest.submit(review, '/checkout')
    expect(order.text).toContain('Being prepared')
    expect(order.text).not.toMatch(/packed|refund/i)
    await shop.drain()
    // The emails of several orders are written at once, so the newest may belong to another order.
    const { items } = await shop.calls.notifications.listMessages({ limit: 100 })
    const mails = await Promise.all(
      items.map(({ id }) => shop.calls.notifications.getMessage({ messageId: id })),
    )
    const mail = mails.find(({ text }) => text.includes('Test guide'))
    expect(mail?.text).toContain('is placed, and we are getting it ready')
  })

  it('is offered no order button when an item sells out on the review page, and the total leaves it out', async () => {
    await fillCart(guest, 'cup', 2)
    await fillCart(guest, 'bowl')
    const review = await goToReview(guest)
    await setStockOf(shop, 'cup', 0)
    const refused = await guest.submit(review, '/checkout')
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('There are not enough items in stock')
    expect(refused.text).toContain('Cannot be ordered, not in the total')
    expect(refused.text).toMatch(/Subtotal €24\.00/)
    expect(refused.text).not.toContain('Place order')
    expect(refused.text).toContain('Edit cart')
    expect(await ordersOf(contactFields.email!)).not.toContain('pending')
  })

  it('sees a notice after each button of the cart and the checkout if the browser has lost its cookies', async () => {
    const cart = await fillCart(guest)
    const review = await goToReview(guest)
    const contact = await guest.get('/checkout/contact')
    const pages: [ShownPage, string][] = [
      [cart, '/cart'],
      [contact, '/checkout/contact'],
      [review, '/checkout'],
    ]
    for (const [page, action] of pages) {
      guest.cookies.clear()
      const shown = await guest.submit(page, action)
      expect([shown.path, shown.text]).toEqual([
        '/cart',
        expect.stringContaining('We could not find your cart, so nothing was saved or ordered'),
      ])
    }
    expect((await new HttpBrowser(shop.origin).get('/checkout/review')).text).not.toContain('could not find')
  })

  it('sees the order after filling another cart, and a stranger does not', async () => {
    const first = orderIdIn(await buy(guest))
    const second = orderIdIn(await buy(guest, 'tok_ok', 'bowl'))
    await fillCart(guest)
    expect((await guest.get(`/orders/${first}`)).text).toContain('Test cup')
    expect((await guest.get(`/orders/${second}`)).text).toContain('Test bowl')

    const stranger = new HttpBrowser(shop.origin)
    await fillCart(stranger)
    stranger.cookies.set('pando_orders', `${first}.crt_0123456789abcdef0123456789abcdef ${second}`)
    for (const path of [`/orders/${first}`, `/orders/${second}`]) {
      const page = await stranger.get(path)
      expect([page.path, page.heading]).toEqual([`/account/login?next=${encodeURIComponent(path)}`, 'Log in'])
      expect(page.text).not.toContain('Street 1')
    }
    for (const action of ['cancel', 'check']) {
      expect((await stranger.post(`/orders/${first}/${action}`)).heading).toBe('Log in')
    }
    expect((await guest.get(`/orders/${first}`)).text).toContain('Being packed')
  })

  it('sees the errors of a form, which keeps its values', async () => {
    await fillCart(guest)
    const form = await guest.get('/checkout/contact')
    const wrong = await guest.submit(form, '/checkout/contact', {
      ...contactFields,
      email: 'ada@',
      'shippingAddress.city': ' ',
      differentBilling: 'yes',
      'billingAddress.name': 'Company & Sons',
      'billingAddress.country': 'DE',
    })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('Please correct 5 errors')
    for (const advice of [
      'Enter an email address like name@example.com',
      'Enter the town or city',
      'Billing address: Enter the postal code, such as 10115 (Germany)',
    ]) {
      expect(wrong.text).toContain(advice)
    }
    expect(wrong.html).toContain('href="#field-shippingAddress-city"')
    expect(fieldsOf(wrong, '/checkout/contact')).toMatchObject({
      email: 'ada@',
      'shippingAddress.line1': 'Street 1',
      'shippingAddress.country': 'DE',
      'billingAddress.name': 'Company & Sons',
    })
  })

  it('cannot order to a country that the shop does not deliver to', async () => {
    await fillCart(guest)
    const fields = { ...contactFields, 'shippingAddress.country': 'AQ' }
    const page = await guest.submit(await guest.get('/checkout/contact'), '/checkout/contact', fields)
    expect([page.status, page.path]).toEqual([422, '/checkout/contact'])
    expect(page.html).toContain('href="#field-shippingAddress-country"')
    expect(page.text).toContain('We do not deliver to this country')
  })

  it('is redirected from the review to the first step that is missing', async () => {
    expect((await guest.get('/checkout/review')).path).toBe('/cart')
    await fillCart(guest)
    expect((await guest.get('/checkout/review')).path).toBe('/checkout/contact')
    const shipping = await guest.submit(
      await guest.get('/checkout/contact'),
      '/checkout/contact',
      contactFields,
    )
    expect(shipping.path).toBe('/checkout/shipping')
    expect((await guest.get('/checkout/review')).path).toBe('/checkout/shipping')
    const none = await guest.submit(shipping, '/checkout/shipping', { shippingOptionId: 'balloon' })
    expect([none.status, none.text]).toEqual([422, expect.stringContaining('Choose a delivery method')])
    const payment = await guest.submit(shipping, '/checkout/shipping')
    expect((await guest.get('/checkout/review')).path).toBe('/checkout/payment')
    const unpaid = await guest.submit(payment, '/checkout/payment', { token: 'tok_stolen' })
    expect([unpaid.status, unpaid.path]).toEqual([422, '/checkout/payment'])
  })
})

describe('an item that cannot be ordered', () => {
  it('is named before anything is charged, with the number of pieces left', async () => {
    await fillCart(guest, 'cup', 3)
    const review = await goToReview(guest)
    await setStockOf(shop, 'cup', 2)
    const page = await guest.submit(review, '/checkout')
    expect([page.status, page.heading]).toEqual([422, 'Review your order'])
    expect(page.text).toContain('Test cup: only 2 left')
    expect((await guest.get('/cart')).text).toContain('Only 2 left')
  })

  it('is named on the review page if it is no longer sold', async () => {
    await fillCart(guest, 'bowl')
    const review = await goToReview(guest)
    const withdrawn = { ...oneProduct('bowl', 2400), published: false }
    await shop.calls.catalog.importProducts({ products: [withdrawn], dryRun: false })
    const page = await guest.submit(review, '/checkout')
    expect([page.status, page.text]).toEqual([422, expect.stringContaining('No longer available: Test bowl')])
    // Restores the product for the other tests
    await shop.calls.catalog.importProducts({ products: [oneProduct('bowl', 2400)], dryRun: false })
    await shop.drain()
  })
})

describe('the order button', () => {
  it('places one order when it is pressed several times in parallel', async () => {
    await fillCart(guest)
    const review = await goToReview(guest)
    const fields = { ...fieldsOf(review, '/checkout') }
    const before = (await ordersOf('ada@example.com')).length
    const pages = await Promise.all([1, 2, 3].map(() => guest.post('/checkout', fields)))
    expect(new Set(pages.map(orderIdIn)).size).toBe(1)
    // The button is pressed once more after the answer to the first press.
    const late = await guest.post('/checkout', fields)
    expect(orderIdIn(late)).toBe(orderIdIn(pages[0]!))
    expect((await ordersOf('ada@example.com')).length).toBe(before + 1)
  })

  it('asks for another attempt while an earlier one keeps the cart frozen, and then places one order', async () => {
    await fillCart(guest)
    const review = await goToReview(guest)
    const cartId = guest.cookies.get('pando_cart')!
    const { version } = await shop.calls.cart.getCheckout({ cartId })
    const attempt = { cartId, orderId: newId('ord') }
    await shop.calls.cart.freezeCart({ ...attempt, version })
    const refused = await guest.submit(review, '/checkout')
    expect([refused.status, refused.path]).toEqual([503, '/checkout'])
    expect(refused.text).toContain('Please try again in a moment')
    await shop.calls.cart.thawCart(attempt)
    expect((await guest.submit(refused, '/checkout')).heading).toBe('Thank you')
  })

  it('orders only what the page showed, and describes changes', async () => {
    await fillCart(guest, 'cup')
    const review = await goToReview(guest)
    await shop.calls.catalog.importProducts({ products: [oneProduct('cup', 9900)], dryRun: false })
    const page = await guest.submit(review, '/checkout')
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('because a price has changed')])
    expect(page.text).toContain('Test cup now costs €99.00. It was €15.00.')
    const paid = await guest.submit(page, '/checkout')
    expect(paid.heading).toBe('Thank you')
    // Restores the product for the other tests
    await shop.calls.catalog.importProducts({ products: [oneProduct('cup')], dryRun: false })
    await shop.drain()
  })

  it('does not order after a change of the recipient at the same total, and does not call it a change of price', async () => {
    await fillCart(guest, 'cup')
    const review = await goToReview(guest)
    const fields = { ...contactFields, 'shippingAddress.name': 'Eve Other' }
    await guest.submit(await guest.get('/checkout/contact'), '/checkout/contact', fields)
    const page = await guest.submit(review, '/checkout')
    expect([page.status, page.text]).toEqual([
      409,
      expect.stringContaining('The delivery address has changed.'),
    ])
    expect(page.text).not.toContain('price')
    expect(page.text).toContain('Eve Other')
  })

  it('places one order when it is pressed in three tabs in parallel, and leads each of them to its confirmation', async () => {
    await fillCart(guest)
    await goToReview(guest)
    const tabs = await Promise.all(
      [1, 2, 3].map(async () => {
        const tab = new HttpBrowser(shop.origin)
        for (const [name, value] of guest.cookies) tab.cookies.set(name, value)
        return { tab, review: await tab.get('/checkout/review') }
      }),
    )
    const pages = await Promise.all(tabs.map(({ tab, review }) => tab.submit(review, '/checkout')))
    expect(pages.map(({ heading }) => heading)).toEqual(['Thank you', 'Thank you', 'Thank you'])
    expect(new Set(pages.map(orderIdIn)).size).toBe(1)
  })
})

describe('a payment', () => {
  it('that is declined leads back to the payment step with the same cart', async () => {
    const page = await buy(guest, 'tok_declined')
    expect([page.status, page.heading]).toEqual([402, 'Payment'])
    expect(page.text).toContain('Nothing was charged')
    const review = await guest.submit(page, '/checkout/payment', { token: 'tok_ok' })
    const order = await guest.submit(review, '/checkout')
    expect(order.heading).toBe('Thank you')
  })

  it('that requires a confirmation is confirmed at the bank', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    expect(waiting.heading).toBe('Almost there')
    const bank = /href="(http[^"]*)?(\/payments\/test\/pay_\w+)[?"]/.exec(waiting.html)!
    expect(bank[1]).toBeUndefined()
    const done = await guest.submit(await guest.get(bank[2]!), bank[2]!, { decision: 'confirm' })
    expect([done.heading, orderIdIn(done)]).toEqual(['Thank you', orderIdIn(waiting)])
    expect((await guest.get(bank[2]!)).path).toBe(`/orders/${orderIdIn(done)}?placed`)
    expect(guest.cookies.has('pando_cart')).toBe(false)
  })

  it('that is declined at the bank cancels the order and reopens the cart', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const bank = /\/payments\/test\/pay_\w+/.exec(waiting.html)![0]
    const refused = await guest.submit(await guest.get(bank), bank, { decision: 'refuse' })
    expect(refused.heading).toBe('Your payment was declined')
    expect(refused.text).toContain('Payment declined')
    expect(refused.text).not.toContain('Almost there')
    const again = await guest.get(/href="([^"]+)">Choose another payment method/.exec(refused.html)![1]!)
    expect(again.path).toBe('/checkout/payment')
    expect((await guest.get('/cart')).text).toContain('Test cup')
    const order = await guest.submit(await goToReview(guest), '/checkout')
    expect(order.heading).toBe('Thank you')
  })

  it('that is decided in another browser, without cookies, leads back to the order there', async () => {
    for (const [decision, heading] of [
      ['confirm', 'Thank you'],
      ['refuse', 'Your payment was declined'],
    ] as const) {
      const waiting = await buy(guest, 'tok_requires_action')
      const bank = bankPathIn(waiting)
      const phone = new HttpBrowser(shop.origin)
      const back = await phone.submit(await phone.get(bank), bank.split('?')[0]!, { decision })
      // The path contains no secret.
      expect([back.heading, back.path]).toEqual([heading, `/orders/${orderIdIn(waiting)}?placed`])
      expect(back.text).toContain('Street 1')
      expect((await phone.get(back.path)).heading).toBe(heading)
    }
  })

  it('leads back through a URL whose key opens only this order for a day, and replaces no token in the browser', async () => {
    const [waiting, other] = [await buy(guest, 'tok_requires_action'), orderIdIn(await buy(guest))]
    const back = new URL(new URLSearchParams(bankPathIn(waiting).split('?')[1]).get('return')!)
    const path = back.pathname + back.search
    expect(back.searchParams.get('key')).toMatch(/^okey_/)
    const stranger = new HttpBrowser(shop.origin)
    expect((await stranger.get(path.replace(orderIdIn(waiting), other))).status).toBe(404)
    const kept = guest.cookies.get('pando_orders')
    expect((await guest.get(path)).text).toContain('Street 1')
    expect(guest.cookies.get('pando_orders')).toBe(kept)
    shop.clock.advance(23 * 3_600_000)
    expect((await new HttpBrowser(shop.origin).get(path)).text).toContain('Street 1')
    shop.clock.advance(2 * 3_600_000)
    expect((await new HttpBrowser(shop.origin).get(path)).status).toBe(404)
    expect((await guest.get(path)).text).toContain('Street 1')
  })

  it('leads back from the bank to the waiting order, not to the cart', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    for (const browser of [guest, new HttpBrowser(shop.origin)]) {
      const bank = await browser.get(bankPathIn(waiting))
      expect(bank.text).not.toContain('Back to cart')
      const [, back] = /href="([^"]+)">Back to order</.exec(bank.html)!
      const order = await browser.get(back!.replaceAll('&amp;', '&'))
      expect([order.heading, orderIdIn(order)]).toEqual(['Almost there', orderIdIn(waiting)])
      expect(order.text).toContain('Confirm payment')
    }
  })

  it('leads back only to the shop, whatever return URL the bank’s page gets', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const bank = bankPathIn(waiting).split('?')[0]!
    for (const elsewhere of ['https://evil.example/', '//evil.example', 'javascript:alert(1)']) {
      const page = await guest.get(`${bank}?return=${encodeURIComponent(elsewhere)}`)
      const back = await guest.submit(page, bank, { decision: 'nothing' })
      expect(back.path).toBe(`/orders/${orderIdIn(waiting)}?placed`)
    }
  })

  it('of a customer leads to the login in another browser, and from there to the order', async () => {
    await register(guest, 'at-the-bank@example.com')
    const waiting = await buy(guest, 'tok_requires_action')
    const bank = bankPathIn(waiting)
    expect(bank).not.toContain('key')
    const phone = new HttpBrowser(shop.origin)
    const back = await phone.submit(await phone.get(bank), bank.split('?')[0]!, { decision: 'confirm' })
    const order = `/orders/${orderIdIn(waiting)}?placed`
    expect([back.path, back.heading]).toEqual([`/account/login?next=${encodeURIComponent(order)}`, 'Log in'])
    const fields = { email: 'at-the-bank@example.com', password: PASSWORD }
    expect((await phone.submit(back, '/account/login', fields)).path).toBe(order)
  })

  it('that a stranger confirms without the return URL does not show them the order', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const bank = /\/payments\/test\/pay_\w+/.exec(waiting.html)![0]
    const other = new HttpBrowser(shop.origin)
    const page = await other.submit(await other.get(bank), bank, { decision: 'confirm' })
    expect([page.heading, page.text.includes('Street 1')]).toEqual(['Log in', false])
    const checked = await guest.submit(waiting, `/orders/${orderIdIn(waiting)}/check`)
    expect(checked.heading).toBe('Thank you')
  })

  it('that the bank answers only after the timeout is confirmed by the button to check again', async () => {
    // Loopback sends every call twice, and the second call would already get the late answer.
    const hasty = await openStockedShop({
      environment: { PANDO_PAYMENT_TIMEOUT_MS: '50' },
      loopback: false,
    })
    try {
      const buyer = new HttpBrowser(hasty.origin)
      const waiting = await buy(buyer, 'tok_timeout')
      expect(waiting.heading).toBe('Almost there')
      expect(waiting.text).toContain('The bank has not answered yet')
      const checked = await buyer.submit(waiting, `/orders/${orderIdIn(waiting)}/check`)
      expect(checked.heading).toBe('Thank you')
      expect(buyer.cookies.has('pando_cart')).toBe(false)
    } finally {
      await hasty.stop()
    }
  })
})

/** The path of the test bank's page, with the return URL in its query. */
function bankPathIn(waiting: ShownPage): string {
  return /href="(\/payments\/test\/pay_\w+\?return=[^"]+)"/.exec(waiting.html)![1]!
}

describe('an account for the address of a guest’s order', () => {
  it('is offered on the order’s page, and contains the order once the email address is confirmed', async () => {
    const email = 'gains-account@example.com'
    await fillCart(guest)
    const order = await guest.submit(await goToReview(guest, 'tok_ok', email), '/checkout')
    expect(order.text).toContain(`Create an account for ${email}`)
    const offer = /href="(\/account\/register[^"]+)"/.exec(order.html)![1]!.replaceAll('&amp;', '&')
    const form = await guest.get(offer)
    expect(fieldsOf(form, '/account/register')).toMatchObject({ email, name: 'Ada Buyer' })
    const back = await guest.submit(form, '/account/register', { password: PASSWORD })
    expect([back.path, back.text]).toEqual([
      `/orders/${orderIdIn(order)}`,
      expect.not.stringContaining('Create an account for'),
    ])
    const href = `/account/orders/${orderIdIn(order)}`
    expect((await guest.get('/account')).html).not.toContain(href)
    await shop.drain()
    const mails = await shop.calls.notifications.listMessages({ limit: 20 })
    const { text } = await shop.calls.notifications.getMessage({
      messageId: mails.items.find(({ subject, to }) => to === email && subject.includes('Confirm'))!.id,
    })
    const link = /\/account\/verify\?token=vrf_\w+/.exec(text)![0]
    await guest.submit(await guest.get(link), '/account/verify')
    expect((await guest.get('/account')).html).toContain(href)
  })

  it('is filled in only for visitors who may read the order, and not offered to customers', async () => {
    const order = orderIdIn(await buy(guest))
    const stranger = await new HttpBrowser(shop.origin).get(`/account/register?order=${order}`)
    expect(fieldsOf(stranger, '/account/register').email).toBe('')
    await register(guest, 'has-account@example.com')
    expect((await buy(guest)).text).not.toContain('Create an account for')
  })
})

describe('the link in an email about an order', () => {
  async function linkFor(orderId: string): Promise<string> {
    await shop.drain()
    const { items } = await shop.calls.notifications.listMessages({ limit: 50 })
    const mails = await Promise.all(
      items.map(({ id }) => shop.calls.notifications.getMessage({ messageId: id })),
    )
    const links = mails.map(({ text }) => /http:\/\/\S+\/orders\/\S+/.exec(text)?.[0] ?? '')
    const { pathname, search } = new URL(links.find((link) => link.includes(orderId))!)
    return pathname + search
  }

  it('opens the order on another device, at a URL without a secret', async () => {
    const orderId = orderIdIn(await buy(guest))
    const link = await linkFor(orderId)
    const phone = new HttpBrowser(shop.origin)
    const first = await phone.raw('GET', link)
    expect([first.status, first.headers.get('location')]).toEqual([303, `/orders/${orderId}`])
    expect(first.headers.get('referrer-policy')).toBe('no-referrer')
    const page = await phone.get(link)
    expect([page.path, page.heading]).toEqual([`/orders/${orderId}`, expect.stringMatching(/^Order/)])
    expect(page.html).toContain('content="noindex"')
    // The link grants the same rights as the cookies of the guest who placed the order.
    const cancelled = await phone.submit(page, `/orders/${orderId}/cancel`)
    expect(cancelled.text).toContain('Your order is cancelled')
  })

  it('opens no other order, and no order with another key', async () => {
    const [mine, other] = [orderIdIn(await buy(guest)), orderIdIn(await buy(guest))]
    const key = new URLSearchParams((await linkFor(mine)).split('?')[1]).get('key')!
    for (const path of [
      `/orders/${other}?key=${key}`,
      `/orders/${mine}?key=${key}0`,
      `/orders/${mine}?key=`,
    ]) {
      const phone = new HttpBrowser(shop.origin)
      const page = await phone.get(path)
      expect([page.status, page.heading]).toEqual([404, 'This link no longer works'])
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      expect(page.text).not.toContain('Street 1')
      expect([...phone.cookies.keys()]).toEqual([])
    }
  })

  it('expires after 90 days', async () => {
    const orderId = orderIdIn(await buy(guest))
    const link = await linkFor(orderId)
    shop.clock.advance(89 * 86_400_000)
    expect((await new HttpBrowser(shop.origin).get(link)).text).toContain('Street 1')
    shop.clock.advance(2 * 86_400_000)
    expect((await new HttpBrowser(shop.origin).get(link)).status).toBe(404)
  })
})

describe('a cart that cannot be used', () => {
  it('is replaced by a new one when a product is added after 31 days', async () => {
    await fillCart(guest, 'bowl')
    const first = guest.cookies.get('pando_cart')
    shop.clock.advance(31 * 86_400_000)
    const page = await fillCart(guest, 'cup')
    expect([page.path, page.status]).toEqual(['/cart', 200])
    expect(page.text).toContain('Test cup')
    expect(page.text).not.toContain('Test bowl')
    expect(guest.cookies.get('pando_cart')).not.toBe(first)
  })

  it('is reported once to a shopper who returns to it after 31 days', async () => {
    await fillCart(guest, 'bowl')
    shop.clock.advance(31 * 86_400_000)
    expect((await guest.get('/cart')).text).toContain('Your cart is no longer available')
    expect((await guest.get('/cart')).text).not.toContain('no longer')
  })

  it('is shown as an empty cart if it never existed', async () => {
    for (const cart of ['crt_0000000000000000', 'nonsense', '%00']) {
      guest.cookies.set('pando_cart', cart)
      guest.cookies.set('pando_cart_count', '7')
      const page = await guest.get('/cart')
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('Your cart is empty')])
      expect(guest.cookies.has('pando_cart')).toBe(false)
    }
  })

  it('is shown as an empty cart to a visitor with its id but without its token, and gets nothing added', async () => {
    await fillCart(guest, 'bowl')
    const thief = new HttpBrowser(shop.origin)
    thief.cookies.set('pando_cart', guest.cookies.get('pando_cart')!)
    expect((await thief.get('/cart')).text).toContain('Your cart is empty')
    thief.cookies.set('pando_cart', guest.cookies.get('pando_cart')!)
    await fillCart(thief, 'cup')
    const cart = await guest.get('/cart')
    expect([cart.text.includes('Test bowl'), cart.text.includes('Test cup')]).toEqual([true, false])
  })
})
