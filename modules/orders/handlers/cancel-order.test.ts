import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { type RunningTestProvider, startTestProvider } from '#tests/support/test-provider.ts'
import type { Order } from '../contract.ts'
import {
  createProduct,
  fillCart,
  piecesLeft,
  placeOrder,
  recoverWorkflows,
  type Shopper,
} from '../testing.ts'

let provider: RunningTestProvider
let shop: TestShop
let variantId: string
let shopper: Shopper

beforeAll(async () => {
  provider = await startTestProvider()
  shop = await openShop({ environment: { PANDO_PAYMENT_TIMEOUT_MS: '2000', ...provider.settings } })
})
afterAll(async () => {
  await shop.stop()
  await provider.stop()
})
beforeEach(async () => {
  variantId = await createProduct(shop, 5)
  shopper = await fillCart(shop, { [variantId]: 2 })
})

function cancel(order: Order, caller = shopper.caller): Promise<Order> {
  return shop.as(caller).orders.cancelOrder({ orderId: order.id })
}

async function chargeOf(order: Order) {
  const [row] = await shop.sql`select id from payments.intent where order_id = ${order.id}`
  return (await provider.charges()).find((charge) => charge.key === row!.id)
}

function cancellationsOf(order: Order) {
  // The outbox has a row for each consumer
  return shop.sql`
    select distinct on (event_id) payload from orders.pando_outbox
    where name = 'orderCancelled' and aggregate = ${order.id}`
}

describe('cancelOrder()', () => {
  it('refunds a confirmed order and returns its stock', async () => {
    const order = await placeOrder(shop, shopper)
    const cancelled = await cancel(order)
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      payment: { status: 'refunded' },
      cancellable: false,
      history: [
        { status: 'pending' },
        { status: 'confirmed' },
        { status: 'cancelled', note: 'The order was cancelled' },
        { status: 'cancelled', note: 'payment refunded' },
      ],
    })
    expect(await chargeOf(order)).toMatchObject({ status: 'refunded', refunded: order.totals.total.amount })
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it('returns the order on a repeat, and emits orderCancelled once', async () => {
    const order = await placeOrder(shop, shopper)
    const [first, ...others] = await Promise.all([cancel(order), cancel(order), cancel(order)])
    expect(first.status).toBe('cancelled')
    for (const other of others) expect(other.status).toBe('cancelled')
    expect(await cancel(order)).toMatchObject({ status: 'cancelled', payment: { status: 'refunded' } })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await chargeOf(order)).toMatchObject({ refunded: order.totals.total.amount })
    expect(await cancellationsOf(order)).toHaveLength(1)
  })

  it('cancels at once when the provider does not answer, and refunds later', async () => {
    const order = await placeOrder(shop, shopper)
    await provider.set({ refuseRequests: 1_000_000 })
    expect(await cancel(order)).toMatchObject({ status: 'cancelled', payment: { status: 'paid' } })
    await provider.set({ refuseRequests: 0 })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await cancellationsOf(order)).toHaveLength(0)
    shop.clock.advance(60_000)
    await recoverWorkflows(shop)
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toMatchObject({
      payment: { status: 'refunded' },
    })
    expect(await chargeOf(order)).toMatchObject({ status: 'refunded' })
    expect(await cancellationsOf(order)).toHaveLength(1)
  })

  it('voids a payment that waits for the shopper, and opens the cart again', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    expect(await cancel(order)).toMatchObject({
      status: 'cancelled',
      payment: { status: 'voided', reason: 'The order was cancelled', actionUrl: null },
    })
    expect(await chargeOf(order)).toMatchObject({ status: 'voided', captured: 0 })
    expect(await piecesLeft(shop, variantId)).toBe(5)
    expect(await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })).toMatchObject({
      status: 'open',
    })
    expect(await cancellationsOf(order)).toHaveLength(0)
  })

  it('emits orderCancelled when staff cancel a pending order', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    const writer: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['orders.read', 'orders.write'] }
    expect(await shop.as(writer).orders.cancelOrder({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'voided', reason: 'The shop cancelled the order' },
    })
    expect(await cancellationsOf(order)).toHaveLength(1)
  })

  it.each(['tok_requires_action', 'tok_ok'])('cancels once for concurrent requests (%s)', async (token) => {
    const order = await placeOrder(shop, shopper, token)
    const answers = await Promise.all(Array.from({ length: 4 }, () => cancel(order)))
    for (const answer of answers) expect(answer).toMatchObject({ id: order.id, status: 'cancelled' })
    expect(await piecesLeft(shop, variantId)).toBe(5)
  })

  it('refunds a payment whose answer was lost', async () => {
    await provider.set({ cutAnswers: 1_000_000 })
    const order = await placeOrder(shop, shopper)
    await provider.set({ cutAnswers: 0 })
    expect(order.status).toBe('pending')
    expect(await chargeOf(order)).toMatchObject({ status: 'succeeded' })
    expect(await cancel(order)).toMatchObject({
      status: 'cancelled',
      payment: { status: 'refunded' },
      history: [
        { status: 'pending' },
        { status: 'cancelled', note: 'The order was cancelled' },
        { status: 'cancelled', note: 'payment refunded' },
      ],
    })
    expect(await chargeOf(order)).toMatchObject({ status: 'refunded' })
    expect(await cancellationsOf(order)).toHaveLength(1)
  })

  it('refuses a fulfilled order', async () => {
    const order = await placeOrder(shop, shopper)
    await shop.calls.orders.fulfilOrder({ orderId: order.id })
    await expect(cancel(order)).rejects.toMatchObject({
      code: 'ORDER_NOT_CANCELLABLE',
      status: 409,
      data: { status: 'fulfilled' },
    })
    expect(await chargeOf(order)).toMatchObject({ status: 'succeeded', refunded: 0 })
  })

  it('leaves the order either fulfilled and paid, or cancelled and refunded, when fulfilOrder() runs concurrently', async () => {
    const order = await placeOrder(shop, shopper)
    await Promise.allSettled([cancel(order), shop.calls.orders.fulfilOrder({ orderId: order.id })])
    const { status } = await shop.calls.orders.getOrder({ orderId: order.id })
    expect(await chargeOf(order)).toMatchObject({ status: status === 'fulfilled' ? 'succeeded' : 'refunded' })
    expect(await piecesLeft(shop, variantId)).toBe(status === 'fulfilled' ? 3 : 5)
  })

  it('refuses other callers, and staff who may only read', async () => {
    const order = await placeOrder(shop, shopper)
    const others: Caller[] = [
      { kind: 'guest' },
      { kind: 'guest', bearer: 'crt_other' },
      { kind: 'customer', customerId: 'cus_2', sessionId: 'ses_2' },
      { kind: 'staff', staffId: 'stf_1', permissions: ['catalog.write'] },
    ]
    for (const caller of others) {
      await expect(shop.as(caller).orders.cancelOrder({ orderId: order.id })).rejects.toMatchObject({
        code: 'ORDER_NOT_FOUND',
      })
    }
    const reader: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['orders.read'] }
    await expect(shop.as(reader).orders.cancelOrder({ orderId: order.id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toMatchObject({ status: 'confirmed' })
    const writer: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['orders.read', 'orders.write'] }
    expect(await shop.as(writer).orders.cancelOrder({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
    })
  })
})
