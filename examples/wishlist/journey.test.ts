import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'

let shop: SampleShop
beforeAll(async () => {
  shop = await openSampleShop()
}, 120_000)
afterAll(() => shop?.stop())

it('a customer keeps variants for later, buys one of them, and keeps the other', async () => {
  const api = new ApiClient(shop.origin)
  const credentials = { email: 'later@example.com', password: 'quaking aspen leaves' }
  await api.call('POST', '/accounts', { ...credentials, name: 'Ada Buyer' })
  const { body: session } = await api.call('POST', '/sessions', credentials)
  const headers = { authorization: `Bearer ${session.token}` }
  const wishlist = async () => {
    const { body } = await api.call('GET', '/wishlist', undefined, headers)
    return body.items.map(({ variantId }: { variantId: string }) => variantId)
  }

  const { items } = await shop.calls.catalog.listProducts({ limit: 2, available: true })
  const [bought, kept] = items.map(({ variants }) => variants.find(({ available }) => available)!.id)
  for (const variantId of [kept, bought])
    expect((await api.call('PUT', `/wishlist/${variantId}`, {}, headers)).status).toBe(200)
  expect(await wishlist()).toEqual([bought, kept])

  const cart = await api.fillCart([{ variantId: bought!, quantity: 1 }], session.token)
  expect((await api.placeOrder(cart)).status).toBe(201)
  await shop.drain()
  expect(await wishlist()).toEqual([kept])
  expect((await audit(shop.shop)).problems).toEqual([])
})
