import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HttpBrowser, type ShownPage } from '#tests/support/http-browser.ts'
import type { TestShop } from '#tests/support/shop.ts'
import {
  buy,
  fillCart,
  goToReview,
  openStockedShop,
  orderIdIn,
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

function bankOf(waiting: ShownPage): string {
  return /\/payments\/test\/pay_\w+/.exec(waiting.html)![0]
}

async function atBank(visitor: HttpBrowser, waiting: ShownPage, decision: string): Promise<ShownPage> {
  return visitor.submit(await visitor.get(bankOf(waiting)), bankOf(waiting), { decision })
}

const NOT_PAID = /Order P-\d+ is not paid yet\. View order/

describe('while an order waits for its payment, its shopper', () => {
  it('fills another cart, and every page links to the order', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const order = `/orders/${orderIdIn(waiting)}`
    const empty = await guest.get('/cart')
    expect([empty.path, empty.text]).toEqual(['/cart', expect.stringContaining('Your cart is empty')])
    expect(empty.text).not.toContain('Cart , 1 item')
    expect((await guest.get('/checkout/contact')).path).toBe(`${order}?placed`)
    const cart = await fillCart(guest, 'bowl')
    expect([cart.path, cart.text.includes('Test cup'), cart.text.includes('Test bowl')]).toEqual([
      '/cart',
      false,
      true,
    ])
    for (const path of ['/', '/cart', '/products/cup', '/search?q=cup']) {
      const page = await guest.get(path)
      expect(page.text).toMatch(NOT_PAID)
      expect(page.html).toContain(`<a href="${order}">View order</a>`)
    }
    expect((await guest.get(order)).text).not.toMatch(NOT_PAID)
  })

  it('reads that the order must be paid within 15 minutes, and until when', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const { placedAt, payment } = await shop.calls.orders.getOrder({ orderId: orderIdIn(waiting) })
    expect(Date.parse(payment.dueAt!) - Date.parse(placedAt)).toBe(15 * 60_000)
    expect(waiting.html).toContain(`We are holding your items until <time datetime="${payment.dueAt}">`)
    expect(waiting.text).toContain('An order that is not paid by then is cancelled')
  })

  it('pays for both orders, the later one first', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const second = await buy(guest, 'tok_ok', 'bowl')
    expect([second.heading, orderIdIn(second) === orderIdIn(waiting)]).toEqual(['Thank you', false])
    expect((await guest.get('/cart')).text).toMatch(NOT_PAID)
    const paid = await atBank(guest, waiting, 'confirm')
    expect([paid.heading, orderIdIn(paid)]).toEqual(['Thank you', orderIdIn(waiting)])
    expect((await guest.get('/cart')).text).not.toMatch(NOT_PAID)
    expect([...guest.cookies.keys()]).toEqual(['pando_orders'])
  })

  it('sees no link to the order once it is paid in another browser', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    await atBank(new HttpBrowser(shop.origin), waiting, 'confirm')
    await shop.calls.orders.confirmPayment({ orderId: orderIdIn(waiting) })
    expect((await guest.get('/')).text).not.toContain('View order')
    expect(guest.cookies.has('pando_unpaid')).toBe(false)
  })

  it('fills another cart as a customer, too', async () => {
    await register(guest, 'shops-on@example.com')
    await buy(guest, 'tok_requires_action')
    const cart = await fillCart(guest, 'bowl')
    expect([cart.path, cart.text]).toEqual(['/cart', expect.stringMatching(NOT_PAID)])
    expect(cart.text).toContain('Test bowl')
  })
})

describe('when the payment fails, the items', () => {
  it('are still in the cart if the shopper has no other cart', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const order = `/orders/${orderIdIn(waiting)}`
    const cancelled = await guest.submit(await guest.get(order), `${order}/cancel`)
    expect(cancelled.text).toContain('Your order is cancelled')
    expect(cancelled.text).toContain('Your items are still in your cart')
    expect((await guest.get('/cart')).text).toContain('Cart , 1 item')
    expect((await fillCart(guest, 'bowl')).text).toMatch(/Test cup.*Test bowl/)
  })

  it('are added to the other cart of a guest by a button, once even if it is pressed repeatedly', async () => {
    await fillCart(guest, 'cup', 2)
    const waiting = await guest.submit(await goToReview(guest, 'tok_requires_action'), '/checkout')
    const order = `/orders/${orderIdIn(waiting)}`
    await fillCart(guest, 'bowl')
    await fillCart(guest, 'cup')
    const refused = await atBank(guest, waiting, 'refuse')
    expect(refused.heading).toBe('Your payment was declined')
    expect(refused.text).toContain('Some items of this order are not in your cart')
    const pressed = await Promise.all([1, 2].map(() => guest.submit(refused, `${order}/restore`)))
    for (const page of pressed) expect(page.path).toBe('/cart')
    const late = await guest.submit(refused, `${order}/restore`)
    expect(late.text).toContain('Cart , 3 items')
    expect(late.text).toMatch(/Test bowl.*Test cup/)
    expect((await guest.get(order)).text).toContain('Your items are still in your cart')
  })

  it('are mentioned on every page until the guest has seen the cancelled order', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const order = `/orders/${orderIdIn(waiting)}`
    await fillCart(guest, 'bowl')
    await shop.calls.orders.cancelOrder({ orderId: orderIdIn(waiting) })
    expect((await guest.get('/')).text).toMatch(
      /Order P-\d+ was not paid and has been cancelled\. View order/,
    )
    expect((await guest.get(order)).text).toContain('Add them to your cart')
    expect((await guest.get('/')).text).not.toContain('View order')
  })

  it('are added except for those that have sold out since, and a notice says so', async () => {
    const waiting = await buy(guest, 'tok_requires_action')
    const order = `/orders/${orderIdIn(waiting)}`
    await fillCart(guest, 'bowl')
    const cancelled = await guest.submit(await guest.get(order), `${order}/cancel`)
    await setStockOf(shop, 'cup', 0)
    const cart = await guest.submit(cancelled, `${order}/restore`)
    expect([cart.path, cart.text]).toEqual([
      '/cart',
      expect.stringContaining('Some items of your order could not be added to your cart'),
    ])
  })

  it('are added to the other cart of a customer automatically', async () => {
    await register(guest, 'comes-back@example.com')
    const waiting = await buy(guest, 'tok_requires_action')
    await fillCart(guest, 'bowl')
    const refused = await atBank(guest, waiting, 'refuse')
    expect(refused.text).toContain('Your items are still in your cart')
    expect((await guest.get('/cart')).text).toMatch(/Test bowl.*Test cup/)
  })

  it('of a paid order, or of an order of another shopper, are added to no cart', async () => {
    const paid = orderIdIn(await buy(guest))
    expect((await guest.post(`/orders/${paid}/restore`)).path).toBe(`/orders/${paid}`)
    expect((await guest.get('/cart')).text).toContain('Your cart is empty')
    const waiting = orderIdIn(await buy(guest, 'tok_requires_action'))
    await shop.calls.orders.cancelOrder({ orderId: waiting })
    const stranger = new HttpBrowser(shop.origin)
    expect((await stranger.post(`/orders/${waiting}/restore`)).heading).toBe('Log in')
  })
})
