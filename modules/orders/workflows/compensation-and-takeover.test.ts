import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createProduct, cutOff, fillCart, piecesLeft, placeOrder, recoverWorkflows } from '../testing.ts'

const PIECES = 10

let shop: TestShop
let restoreCalls = () => {}
beforeAll(async () => {
  shop = await openShop({ loopback: true })
})
afterEach(() => restoreCalls())
afterAll(() => shop.stop())

it('a checkout continues its compensation when a parallel step cannot be compensated at first', async () => {
  const variantId = await createProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  const cut = ['cart.freezeCart', 'inventory.releaseStock', 'cart.thawCart']
  restoreCalls = cutOff(shop, (method) => cut.includes(method))
  await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
  restoreCalls()
  shop.clock.advance(60_000)
  await recoverWorkflows(shop)
  const ended = await shop.sql`select status from orders.pando_workflow`
  expect(ended).toEqual([{ status: 'failed' }])
  expect(await piecesLeft(shop, variantId)).toBe(PIECES)
  expect(await shop.sql`select from orders.placed_order`).toHaveLength(0)
  // The cart can be ordered again
  expect((await placeOrder(shop, shopper)).status).toBe('confirmed')
})

it('a checkout keeps its stock when the process that began it gives up after another has taken it over', async () => {
  const variantId = await createProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  const takeOver = () =>
    shop.sql`update orders.pando_workflow set runner = 'another/run_1' where status = 'running'`
  restoreCalls = cutOff(shop, (method) => method === 'cart.freezeCart', takeOver)
  await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
  restoreCalls()
  shop.clock.advance(60_000)
  await recoverWorkflows(shop)
  expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
  const orders = await shop.sql`select status from orders.placed_order where cart_id = ${shopper.cartId}`
  expect(orders).toEqual([{ status: 'confirmed' }])
})

it('a checkout that another process has taken over returns the result of that process', async () => {
  const shopper = await fillCart(shop, { [await createProduct(shop, PIECES)]: 2 })
  const declined = { code: 'PAYMENT_DECLINED', status: 402, message: 'Cannot place the order: no money' }
  const takeOver = () => shop.sql`
    update orders.pando_workflow set runner = 'another/run_1', status = 'failed', failure = ${shop.sql.json(declined)}
    where status = 'running'`
  restoreCalls = cutOff(shop, (method) => method === 'cart.freezeCart', takeOver)
  const key = 'a key of a checkout that was taken over'
  // The first attempt gets no answer, and the dispatcher's repeat finds the result of the other process
  await expect(placeOrder(shop, shopper, 'tok_ok', key)).rejects.toMatchObject(declined)
  restoreCalls()
  await expect(placeOrder(shop, shopper, 'tok_ok', key)).rejects.toMatchObject(declined)
})
