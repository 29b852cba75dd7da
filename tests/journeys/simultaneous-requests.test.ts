import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { fieldsOf, HttpBrowser } from '#tests/support/http-browser.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'

// Actions that a client sends several times at once. These tests run in every topology

const PRODUCT = 'step-stool-for-children'
const CONTACT = {
  email: 'ada@example.com',
  'shippingAddress.name': 'Ada Buyer',
  'shippingAddress.line1': 'Street 1',
  'shippingAddress.postalCode': '10115',
  'shippingAddress.city': 'Berlin',
  'shippingAddress.country': 'DE',
}

let shop: SampleShop
let api: ApiClient
beforeAll(async () => {
  shop = await openSampleShop()
  api = new ApiClient(shop.origin)
}, 120_000)
afterAll(() => shop?.stop())

async function variantIds(count: number): Promise<string[]> {
  const { items } = await shop.calls.catalog.listProducts({ limit: count, available: true })
  return items.map(({ variants }) => variants.find(({ available }) => available)!.id)
}

it('a customer who adds the first products in five simultaneous requests gets one cart', async () => {
  const credentials = { email: 'simultaneous@example.com', password: 'quaking aspen leaves' }
  expect((await api.call('POST', '/accounts', { ...credentials, name: 'Ada Buyer' })).status).toBe(201)
  const { body: session } = await api.call('POST', '/sessions', credentials)
  const headers = { authorization: `Bearer ${session.token}` }
  const variants = await variantIds(5)
  const carts = await Promise.all(
    variants.map(async (variantId) => {
      const { body: cart } = await api.call('POST', '/carts', {}, headers)
      return api.call('POST', `/carts/${cart.id}/lines`, { variantId, quantity: 1 }, headers)
    }),
  )
  expect(carts.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
  expect(new Set(carts.map(({ body }) => body.id)).size).toBe(1)
  const { body } = await api.call('GET', `/carts/${carts[0]!.body.id}`, undefined, headers)
  expect(body.lines.map((line: { variantId: string }) => line.variantId).sort()).toEqual(variants.sort())
})

it('two tabs that order simultaneously both show the confirmation of one order', async () => {
  for (let round = 0; round < 3; round++) {
    const visitor = new HttpBrowser(shop.origin)
    const product = await visitor.get(`/products/${PRODUCT}`)
    await visitor.post('/cart/lines', { ...fieldsOf(product, '/cart/lines'), quantity: '1' })
    await visitor.submit(await visitor.get('/checkout/contact'), '/checkout/contact', CONTACT)
    await visitor.submit(await visitor.get('/checkout/shipping'), '/checkout/shipping')
    await visitor.submit(await visitor.get('/checkout/payment'), '/checkout/payment', { token: 'tok_ok' })
    const tabs = await Promise.all(
      [1, 2].map(async () => {
        const tab = new HttpBrowser(shop.origin)
        for (const [name, value] of visitor.cookies) tab.cookies.set(name, value)
        return { tab, review: await tab.get('/checkout/review') }
      }),
    )
    const pages = await Promise.all(tabs.map(({ tab, review }) => tab.submit(review, '/checkout')))
    expect(pages.map(({ heading }) => heading)).toEqual(['Thank you', 'Thank you'])
    expect(new Set(pages.map(({ path }) => path)).size).toBe(1)
  }
}, 120_000)

it('three simultaneous cancellations of an unpaid order get the same answer', async () => {
  for (let round = 0; round < 3; round++) {
    const cart = await api.fillCart([{ variantId: (await variantIds(1))[0]!, quantity: 1 }])
    const placed = await api.placeOrder(cart, 'tok_requires_action')
    expect(placed.body.status).toBe('pending')
    const headers = { authorization: `Bearer ${cart.token}` }
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.call('POST', `/orders/${placed.body.id}/cancel`, undefined, headers)),
    )
    for (const { status, body } of answers)
      expect([status, body.status, body.payment?.status]).toEqual([200, 'cancelled', 'voided'])
  }
}, 120_000)

it('the audit finds no problems afterwards', async () => {
  await shop.drain()
  expect((await audit(shop.shop)).problems).toEqual([])
})
