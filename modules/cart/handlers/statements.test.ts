import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { contactIn } from '../rules/testing.ts'
import { newGoods, newGuest } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  // Loopback sends every call twice, which would double the counts
  shop = await openShop({ modules: ['cart'], loopback: false })
})
afterAll(() => shop.stop())

it('needs few statements for each step of a journey', async () => {
  const { cartId, cart } = await newGuest(shop)
  const [mug, cup] = [await newGoods(shop), await newGoods(shop)]
  // The rules are read once
  await cart.listCountries({})
  const counts = {
    createCart: await count(() => newGuest(shop)),
    addLine: await count(() => cart.addLine({ cartId, variantId: mug.variantId, quantity: 1 })),
    addSecondLine: await count(() => cart.addLine({ cartId, variantId: cup.variantId, quantity: 1 })),
    setContact: await count(() => cart.setContact({ cartId, ...contactIn('DE') })),
    listShippingOptions: await count(() => cart.listShippingOptions({ cartId })),
    setShippingOption: await count(() => cart.setShippingOption({ cartId, shippingOptionId: 'standard' })),
    addCoupon: await count(() => cart.addCoupon({ cartId, code: 'WELCOME10' })),
    addCouponAgain: await count(() => cart.addCoupon({ cartId, code: 'WELCOME10' })),
    getCart: await count(() => cart.getCart({ cartId })),
    getCheckout: await count(() => cart.getCheckout({ cartId })),
  }
  expect(counts).toEqual({
    createCart: 1,
    addLine: 4,
    addSecondLine: 4,
    setContact: 4,
    listShippingOptions: 3,
    setShippingOption: 4,
    addCoupon: 5,
    addCouponAgain: 3,
    getCart: 3,
    getCheckout: 2,
  })
})

async function count(work: () => Promise<unknown>): Promise<number> {
  const statements = await shop.statementsDuring(work)
  // The runtime adds statements now and then: types of a new connection, version updates for caches
  return statements.filter((statement) => /\b(cart|catalog|inventory|pricing)\.(?!pando_)/.test(statement))
    .length
}
