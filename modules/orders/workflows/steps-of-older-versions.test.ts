import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createProduct, fillCart, piecesLeft, placeOrder, recoverWorkflows } from '../testing.ts'

const PIECES = 10

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ loopback: false })
})
afterAll(() => shop.stop())

/** Turns a waiting checkout into one that version 1 of the steps wrote: it lacked `redeemPromotions`. */
async function makeOld(id: string): Promise<void> {
  const { count } = await shop.sql`
    update orders.pando_workflow set version = 1, next_step = next_step - 1 where id = ${id} and status = 'waiting'`
  expect(count).toBe(1)
}

async function waitingOrder() {
  const variantId = await createProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  const { id, status, payment } = await placeOrder(shop, shopper, 'tok_requires_action')
  expect([status, payment.status]).toEqual(['pending', 'requires_action'])
  const [row] = await shop.sql<
    { intent_id: string }[]
  >`select intent_id from orders.placed_order where id = ${id}`
  await makeOld(id)
  return { id, variantId, intentId: row!.intent_id }
}

it.each([
  ['confirm' as const, 'confirmed', PIECES - 2],
  ['refuse' as const, 'cancelled', PIECES],
])('a checkout of version 1 of the steps continues after an update: %s', async (decision, status, pieces) => {
  const { id, variantId, intentId } = await waitingOrder()
  await shop.calls.payments.completeTestAction({ intentId, decision })
  shop.clock.advance(60_000)
  await recoverWorkflows(shop)
  expect((await shop.calls.orders.getOrder({ orderId: id })).status).toBe(status)
  expect(await piecesLeft(shop, variantId)).toBe(pieces)
})

it('a checkout of a newer version of the steps is left alone', async () => {
  const { id } = await waitingOrder()
  await shop.sql`update orders.pando_workflow set version = 99 where id = ${id}`
  shop.clock.advance(60_000)
  await recoverWorkflows(shop)
  expect((await shop.calls.orders.getOrder({ orderId: id })).status).toBe('pending')
})
