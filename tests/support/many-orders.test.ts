import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { ApiClient } from './api-client.ts'
import { multiplyOrders } from './many-orders.ts'
import { openSampleShop, type SampleShop } from './sample-shop.ts'

const COUNT = 2000

let shop: SampleShop
beforeAll(async () => {
  shop = await openSampleShop()
})
afterAll(() => shop.stop())

it('multiplyOrders() adds 2,000 orders: the audit finds no problem, the stock is unchanged, and a copy can be read', async () => {
  const buyer = new ApiClient(shop.origin)
  const { items } = await shop.calls.catalog.listProducts({ limit: 5, available: true })
  const variantIds = items.map((item) => item.variants.find((variant) => variant.available)!.id)
  const carts = await Promise.all(variantIds.map((variantId) => buyer.fillCart([{ variantId, quantity: 2 }])))
  for (const cart of carts) expect((await buyer.placeOrder(cart)).status).toBe(201)
  await shop.drain()
  const stock = await shop.calls.inventory.getAvailability({ variantIds })

  const added = await multiplyOrders({
    databaseUrl: (module) => shop.shop.modules.get(module)!.database!,
    count: COUNT,
  })
  expect(new Set(added).size).toBe(COUNT)

  const report = await audit(shop.shop)
  expect(report.problems).toEqual([])
  expect(report.counts).toMatchObject({
    orders: COUNT + carts.length,
    payments: COUNT + carts.length,
    reservations: COUNT + carts.length,
    confirmations: COUNT + carts.length,
  })
  expect(await shop.calls.inventory.getAvailability({ variantIds })).toEqual(stock)

  const authorization = `Bearer ${carts[0]!.token}`
  const { status, body } = await buyer.call('GET', `/orders/${added[0]}`, undefined, { authorization })
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: added[0], status: 'confirmed', payment: { status: 'paid' } })
  expect((await buyer.placeOrder(carts[0]!)).status).toBe(201)
})
