import { afterAll, beforeAll, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser } from '#tests/support/http-browser.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { contactFields, fillCart, openStockedShop, register } from '../testing/stocked-shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())

it('a customer’s cart is closed to an attacker who planted its token in the browser before the login', async () => {
  const attacker = new HttpBrowser(shop.origin)
  await fillCart(attacker)
  const planted = new Map(attacker.cookies)
  const victim = new HttpBrowser(shop.origin)
  for (const [name, value] of planted) victim.cookies.set(name, value)
  await register(victim, 'victim@example.com')
  await victim.submit(await victim.get('/checkout/contact'), '/checkout/contact', contactFields)
  expect((await victim.get('/checkout/contact')).html).toContain('ada@example.com')

  for (const [name, value] of planted) attacker.cookies.set(name, value)
  expect((await attacker.get('/cart')).text).toContain('Your cart is empty')
  // The shop has deleted the cookies, because they open no cart
  for (const [name, value] of planted) attacker.cookies.set(name, value)
  expect((await attacker.get('/checkout/contact')).path).toBe('/cart')
  const authorization = `Bearer ${planted.get('pando_bearer')}`
  const path = `/api/v1/carts/${planted.get('pando_cart')}`
  for (const where of [path, `${path}/shipping-options`])
    expect((await fetch(shop.origin + where, { headers: { authorization } })).status).toBe(404)
  const headers = { authorization, 'content-type': 'application/json' }
  const body = JSON.stringify({ code: 'WELCOME10' })
  const coupon = await fetch(`${shop.origin}${path}/coupons`, { method: 'POST', headers, body })
  expect(coupon.status).toBe(404)
})

it('a customer who adds the first 5 pieces in parallel gets one cart with all of them', async () => {
  const visitor = new HttpBrowser(shop.origin)
  await register(visitor, 'quick@example.com')
  const page = await visitor.get('/products/cup')
  const fields = { ...fieldsOf(page, '/cart/lines'), quantity: '1' }
  const session = visitor.cookies.get('pando_session')!
  const tabs = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const tab = new HttpBrowser(shop.origin)
      tab.cookies.set('pando_session', session)
      return tab.post('/cart/lines', fields)
    }),
  )
  expect(tabs.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect((await visitor.get('/cart')).text).toContain('Cart , 5 items')
})
