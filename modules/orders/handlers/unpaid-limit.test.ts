import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Failure } from '#runtime/contract/failure.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Order } from '../contract.ts'
import { createProduct, fillCart, piecesLeft, recoverWorkflows, type Shopper } from '../testing.ts'

let shop: TestShop
let variantId: string
let networks = 0

beforeAll(async () => {
  shop = await openShop({ environment: { PANDO_MAX_UNPAID_PIECES: '10' } })
})
afterAll(() => shop.stop())
beforeEach(async () => {
  variantId = await createProduct(shop, 1000)
})

function newNetwork(): string {
  return `198.51.100.${++networks}`
}

async function fillCartWith(pieces: number, customerId?: string): Promise<Shopper> {
  return fillCart(shop, { [variantId]: pieces }, customerId)
}

function orderFrom(
  clientNetwork: string,
  { cartId, cartVersion, caller }: Shopper,
  token = 'tok_requires_action',
  key?: string,
): Promise<Order> {
  const input = { cartId, cartVersion, payment: { provider: 'test', token } }
  const options = { clientNetwork, ...(key ? { key } : {}) }
  return shop.shop.dispatcher.callFrom(caller, 'orders', 'placeOrder', input, options) as Promise<Order>
}

function codeOf(placing: Promise<Order>): Promise<string> {
  return placing.then(
    ({ status }) => status,
    (failure: Failure) => failure.code,
  )
}

describe('orders that wait for their shopper to pay', () => {
  it('reserve at most 10 pieces per network, and an order beyond this limit is cancelled', async () => {
    const network = newNetwork()
    const first = await fillCartWith(6)
    const order = await orderFrom(network, first)
    expect(order.status).toBe('pending')
    const second = await fillCartWith(5)
    await expect(orderFrom(network, second)).rejects.toMatchObject({
      code: 'UNPAID_LIMIT',
      status: 409,
      data: { pieces: 11, limit: 10 },
    })
    expect(await piecesLeft(shop, variantId)).toBe(994)
    const { status } = await shop.as(second.caller).cart.getCart({ cartId: second.cartId })
    expect(status).toBe('open')
    // Orders from another network, within the limit, or paid at once are accepted
    expect(await codeOf(orderFrom(newNetwork(), await fillCartWith(5)))).toBe('pending')
    expect(await codeOf(orderFrom(network, await fillCartWith(4)))).toBe('pending')
    expect(await codeOf(orderFrom(network, second, 'tok_ok'))).toBe('confirmed')
  })

  it('no longer count once they are cancelled or paid, and their network is deleted', async () => {
    const network = newNetwork()
    const [cancelled, paid] = [await fillCartWith(10), await fillCartWith(10)]
    const first = await orderFrom(network, cancelled)
    await shop.as(cancelled.caller).orders.cancelOrder({ orderId: first.id })
    const second = await orderFrom(network, paid)
    const [{ intentId }] = await shop.sql<[{ intentId: string }]>`
      select intent_id as "intentId" from orders.placed_order where id = ${second.id}`
    await shop.calls.payments.completeTestAction({ intentId, decision: 'confirm' })
    await shop.as(paid.caller).orders.confirmPayment({ orderId: second.id })
    const withNetwork = await shop.sql`select id from orders.placed_order where placed_from = ${network}`
    expect(withNetwork).toEqual([])
    expect(await codeOf(orderFrom(network, await fillCartWith(10)))).toBe('pending')
  })

  it('count for a customer across networks', async () => {
    const customerId = 'cus_with_unpaid_orders'
    expect(await codeOf(orderFrom(newNetwork(), await fillCartWith(6, customerId)))).toBe('pending')
    expect(await codeOf(orderFrom(newNetwork(), await fillCartWith(6, customerId)))).toBe('UNPAID_LIMIT')
  })

  it('do not exceed the limit when they are placed concurrently', async () => {
    const network = newNetwork()
    const shoppers = await Promise.all(Array.from({ length: 6 }, () => fillCartWith(4)))
    const outcomes = await Promise.all(shoppers.map((shopper) => codeOf(orderFrom(network, shopper))))
    expect(outcomes.filter((code) => code === 'pending').length).toBeLessThanOrEqual(2)
    expect(new Set(outcomes.filter((code) => code !== 'pending'))).toEqual(new Set(['UNPAID_LIMIT']))
    const reserved = 4 * outcomes.filter((code) => code === 'pending').length
    expect(await piecesLeft(shop, variantId)).toBe(1000 - reserved)
  })

  it('fail with UNPAID_LIMIT again for a repeat with the same idempotency key', async () => {
    const network = newNetwork()
    const shopper = await fillCartWith(11)
    const key = 'key of an order that is too large'
    expect(await codeOf(orderFrom(network, shopper, 'tok_requires_action', key))).toBe('UNPAID_LIMIT')
    expect(await codeOf(orderFrom(network, shopper, 'tok_requires_action', key))).toBe('UNPAID_LIMIT')
  })

  it('release their stock after 15 minutes', async () => {
    const network = newNetwork()
    const order = await orderFrom(network, await fillCartWith(10))
    shop.clock.advance(16 * 60_000)
    await recoverWorkflows(shop)
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toMatchObject({ status: 'cancelled' })
    expect(await piecesLeft(shop, variantId)).toBe(1000)
    expect(await codeOf(orderFrom(network, await fillCartWith(10)))).toBe('pending')
  })

  it('are counted by one statement that uses an index for each condition', async () => {
    const shopper = await fillCartWith(1)
    const statements = await shop.statementsDuring(() => orderFrom(newNetwork(), shopper))
    const counting = statements.filter((statement) => statement.includes('unpaid.placed_from'))
    expect(counting).toHaveLength(1)
    const plan = await shop.sql.unsafe<{ 'QUERY PLAN': string }[]>(
      `explain (generic_plan, costs off) ${counting[0]}`,
    )
    const indexes = plan.flatMap((row) => / using (\w+)/.exec(row['QUERY PLAN'])?.[1] ?? [])
    expect(new Set(indexes)).toEqual(
      new Set(['placed_order_pkey', 'placed_order_unpaid_network', 'placed_order_unpaid_customer']),
    )
    const paid = await fillCartWith(1)
    const others = await shop.statementsDuring(() => orderFrom(newNetwork(), paid, 'tok_ok'))
    expect(others.filter((statement) => statement.includes('unpaid'))).toEqual([])
  })
})
