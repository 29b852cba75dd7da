import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Order } from '../contract.ts'
import { createProduct, fillCart, placeOrder } from '../testing.ts'

const customer = { kind: 'customer', customerId: newId('cus'), sessionId: 'ses_1' } as const
const reader: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['orders.read'] }
const writer: Caller = { kind: 'staff', staffId: 'stf_2', permissions: ['orders.read', 'orders.write'] }

let shop: TestShop
let variantId: string
/** Oldest first. */
let customersOrders: Order[]
let guestsOrder: Order
let guest: Caller

beforeAll(async () => {
  shop = await openShop()
  variantId = await createProduct(shop, 50)
  customersOrders = []
  for (let i = 0; i < 5; i++) {
    customersOrders.push(
      await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }, customer.customerId)),
    )
  }
  const shopper = await fillCart(shop, { [variantId]: 1 })
  guest = shopper.caller
  guestsOrder = await placeOrder(shop, shopper)
})
afterAll(() => shop.stop())

describe('getOrder()', () => {
  it("returns a customer's order only to the customer and to staff", async () => {
    const orderId = customersOrders[0]!.id
    expect(await shop.as(customer).orders.getOrder({ orderId })).toEqual(customersOrders[0])
    expect(await shop.as(reader).orders.getOrder({ orderId })).toEqual({
      ...customersOrders[0],
      cancellable: false,
    })
    const others: Caller[] = [guest, { kind: 'guest' }, { ...customer, customerId: newId('cus') }]
    for (const caller of others) {
      await expect(shop.as(caller).orders.getOrder({ orderId })).rejects.toMatchObject({
        code: 'ORDER_NOT_FOUND',
      })
    }
  })

  it("returns a guest's order for the cart's token", async () => {
    const orderId = guestsOrder.id
    expect(await shop.as(guest).orders.getOrder({ orderId })).toEqual(guestsOrder)
    await expect(shop.as(customer).orders.getOrder({ orderId })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    })
  })

  it('fails in the same way for an unknown order and an order of another caller', async () => {
    const orderId = newId('ord')
    const missing = await shop
      .as(guest)
      .orders.getOrder({ orderId })
      .catch((error: Error) => error.message)
    const othersOrder = await shop
      .as(guest)
      .orders.getOrder({ orderId: customersOrders[0]!.id })
      .catch((e: Error) => e.message)
    expect(String(missing).replace(orderId, 'X')).toBe(
      String(othersOrder).replace(customersOrders[0]!.id, 'X'),
    )
  })

  it('numbers orders upwards from P-1001', () => {
    expect(customersOrders[0]!.number).toBe('P-1001')
    expect(guestsOrder.number).toBe('P-1006')
  })
})

describe('confirmPayment() and fulfilOrder()', () => {
  it('confirmPayment() returns a completed order, and refuses other callers', async () => {
    const orderId = guestsOrder.id
    expect(await shop.as(guest).orders.confirmPayment({ orderId })).toEqual(guestsOrder)
    await expect(shop.as(customer).orders.confirmPayment({ orderId })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    })
  })

  it('fulfilOrder() marks a confirmed order once', async () => {
    const orderId = customersOrders[4]!.id
    const fulfilled = await shop.as(writer).orders.fulfilOrder({ orderId })
    expect(fulfilled).toMatchObject({ status: 'fulfilled', cancellable: false })
    expect(await shop.as(writer).orders.fulfilOrder({ orderId })).toEqual(fulfilled)
    const changed = await shop.sql`select history from orders.placed_order where id = ${orderId}`
    expect(changed[0]!.history).toHaveLength(3)
  })

  it('fulfilOrder() refuses unpaid and unknown orders, and callers without both permissions', async () => {
    const waiting = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }), 'tok_requires_action')
    await expect(shop.as(writer).orders.fulfilOrder({ orderId: waiting.id })).rejects.toMatchObject({
      code: 'ORDER_NOT_CONFIRMED',
      status: 409,
      data: { status: 'pending' },
    })
    await expect(shop.as(writer).orders.fulfilOrder({ orderId: newId('ord') })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    })
    const orderId = customersOrders[0]!.id
    await expect(shop.as(customer).orders.fulfilOrder({ orderId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(shop.as(reader).orders.fulfilOrder({ orderId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const writerOnly: Caller = { kind: 'staff', staffId: 'stf_3', permissions: ['orders.write'] }
    await expect(shop.as(writerOnly).orders.fulfilOrder({ orderId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

describe('listMyOrders()', () => {
  it("lists the caller's orders, newest first, page by page", async () => {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const page: { items: Order[]; nextCursor: string | null } = await shop
        .as(customer)
        .orders.listMyOrders({ limit: 2, ...(cursor ? { cursor } : {}) })
      expect(page.items.length).toBeLessThanOrEqual(2)
      ids.push(...page.items.map((order) => order.id))
      cursor = page.nextCursor
    } while (cursor)
    expect(ids).toEqual(customersOrders.map((order) => order.id).reverse())
  })

  it('does not list orders of other customers, and refuses guests', async () => {
    const other: Caller = { kind: 'customer', customerId: newId('cus'), sessionId: 'ses_2' }
    expect(await shop.as(other).orders.listMyOrders({})).toEqual({ items: [], nextCursor: null })
    await expect(shop.as(guest).orders.listMyOrders({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('refuses an invalid cursor', async () => {
    const cursors = [
      'x',
      Buffer.from('[1]').toString('base64url'),
      Buffer.from('["a","b"]').toString('base64url'),
    ]
    for (const cursor of cursors) {
      await expect(shop.as(customer).orders.listMyOrders({ cursor })).rejects.toMatchObject({
        code: 'INVALID_CURSOR',
        status: 400,
      })
    }
  })
})

describe('listOrders()', () => {
  it('lists all orders, or those with a status, to staff', async () => {
    const all = await shop.as(reader).orders.listOrders({ limit: 100 })
    expect(all.items.map((order) => order.id)).toContain(guestsOrder.id)
    expect(all.items.length).toBeGreaterThanOrEqual(6)
    const fulfilled = await shop.as(reader).orders.listOrders({ status: 'fulfilled' })
    expect(fulfilled.items.map((order) => order.id)).toEqual([customersOrders[4]!.id])
  })

  it('marks the orders that the staff member may cancel', async () => {
    const confirmed = { status: 'confirmed', limit: 1 } as const
    expect((await shop.as(writer).orders.listOrders(confirmed)).items[0]!.cancellable).toBe(true)
    expect((await shop.as(reader).orders.listOrders(confirmed)).items[0]!.cancellable).toBe(false)
  })

  it('refuses customers and guests', async () => {
    await expect(shop.as(customer).orders.listOrders({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(shop.as(guest).orders.listOrders({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('auditOrders()', () => {
  it('lists every order once, page by page', async () => {
    const expected = await shop.sql<{ id: string }[]>`select id from orders.placed_order order by id`
    const seen: string[] = []
    for (;;) {
      const after = seen.at(-1)
      const { orders } = await shop.calls.orders.auditOrders({ limit: 2, ...(after ? { after } : {}) })
      if (orders.length === 0) break
      seen.push(...orders.map((order) => order.orderId))
    }
    expect(seen).toEqual(expected.map((row) => row.id))
    expect(seen.length).toBeGreaterThan(5)
  })
})
