import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { audit } from '../audit.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
  await shop.calls.pricing.loadRules({ promotions: [LIMITED], dryRun: false })
})
afterAll(() => shop?.stop())

const LIMITED = {
  id: 'prm_limited',
  title: 'Once for ten',
  active: true,
  trigger: { by: 'code' as const, code: 'TEN' },
  priority: 0,
  combinesWith: ['goods' as const, 'order' as const, 'shipping' as const],
  startsAt: null,
  endsAt: null,
  conditions: {},
  effect: { kind: 'freeShipping' as const },
  limit: 10,
  limitPerCustomer: null,
}

/** An order that two promotions reduce, one of them with a limit. */
async function placeReduced() {
  const shopper = await fillCart(shop, { [await createProduct(shop, 5)]: 2 })
  const { cart } = shop.as(shopper.caller)
  await cart.addCoupon({ cartId: shopper.cartId, code: 'WELCOME10' })
  const { version } = await cart.addCoupon({ cartId: shopper.cartId, code: 'TEN' })
  const order = await placeOrder(shop, { ...shopper, cartVersion: version })
  await shop.drain()
  while ((await shop.calls.notifications.sendQueued({})).sent > 0);
  return order
}

const problems = async () => (await audit(shop.shop)).problems

it('finds no problem in orders with promotions, before and after their cancellation', async () => {
  const order = await placeReduced()
  expect(order.discounts).toHaveLength(2)
  const report = await audit(shop.shop)
  expect(report.problems).toEqual([])
  expect(report.counts.redemptions).toBe(2)
  await shop.calls.orders.cancelOrder({ orderId: order.id })
  await shop.drain()
  const after = await audit(shop.shop)
  expect(after.problems).toEqual([])
  expect(after.counts.redemptions).toBe(0)
})

it('finds promotions that do not count as used, or that still count for a cancelled order', async () => {
  const order = await placeReduced()
  const rows = await shop.sql`delete from pricing.redemption where order_id = ${order.id} returning *`
  expect(rows).toHaveLength(2)
  expect(await problems()).toEqual([
    'promotion prm_limited: its counter is 1, but 0 orders with its limit redeemed it',
    `promotions of order ${order.id}: 2 reduced it, but 0 count as used`,
  ])
  await shop.calls.orders.cancelOrder({ orderId: order.id })
  await shop.drain()
  await shop.sql`update pricing.promotion_use set uses = 0`
  expect(await problems()).toEqual([])
  await shop.sql`
    insert into pricing.redemption (order_id, promotion_id, email, is_counted, redeemed_at)
    values (${order.id}, 'prm_sample1', 'ada@example.com', false, now()),
      ('ord_none', 'prm_sample1', 'ada@example.com', false, now())`
  expect(await problems()).toEqual([
    expect.stringMatching(new RegExp(`^promotions of order ${order.id}: .*cancelled`)),
    expect.stringMatching(/^promotions of order ord_none: 1 count as used, but the order does not exist/),
  ])
})
