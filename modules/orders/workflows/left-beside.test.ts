import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Transport } from '#runtime/call/dispatch.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { fillCart, piecesLeft, placeOrder, recoverWorkflows, sellProduct } from '../testing.ts'

const PIECES = 10

let shop: TestShop
let undo: () => void
beforeAll(async () => {
  shop = await openShop({ loopback: true })
})
afterAll(async () => {
  undo()
  await shop.stop()
})

/** Lets calls of these methods end without an answer, as if their processes were away. */
function cutOff(methods: string[]): () => void {
  const { remote } = shop.shop.dispatcher
  const before = new Map(remote)
  for (const [module, transport] of before) {
    const cut: Transport = {
      call: (method, ...rest) =>
        methods.includes(method.id)
          ? Promise.reject(runtimeFailure('UNAVAILABLE', `${method.id} is cut off`))
          : transport.call(method, ...rest),
      deliver: (...delivery) => transport.deliver(...delivery),
    }
    remote.set(module, cut)
  }
  return () => {
    for (const [module, transport] of before) remote.set(module, transport)
  }
}

it('a checkout that turned back stays so when what ran beside its step cannot be undone yet', async () => {
  const variantId = await sellProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  undo = cutOff(['cart.freezeCart', 'inventory.releaseStock', 'cart.thawCart'])
  await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
  undo()
  shop.clock.advance(60_000)
  await recoverWorkflows(shop)
  const ended = await shop.sql`select status from orders.pando_workflow`
  expect(ended).toEqual([{ status: 'failed' }])
  expect(await piecesLeft(shop, variantId)).toBe(PIECES)
  expect(await shop.sql`select from orders.placed_order`).toHaveLength(0)
  // The cart is free again.
  expect((await placeOrder(shop, shopper)).status).toBe('confirmed')
})
