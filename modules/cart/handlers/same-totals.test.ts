import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Cart } from '../contract.ts'
import { contactIn } from '../rules/testing.ts'
import { customer, newGoods, newGuest, saveProduct } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

type CartCalls = Awaited<ReturnType<typeof newGuest>>['cart']

/** Fills a cart. Then its first line is sold out, and the price of the second rises from 10 to 11 euros. */
async function fillThenChangeGoods(cart: CartCalls, cartId: string) {
  const [soldOut, dearer, other] = [
    await newGoods(shop, { price: 9000, stock: 5 }),
    await newGoods(shop, { price: 1000 }),
    await newGoods(shop, { price: 100 }),
  ]
  for (const { variantId } of [soldOut, dearer, other]) await cart.addLine({ cartId, variantId, quantity: 1 })
  await cart.setContact({ cartId, ...contactIn('DE') })
  await cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
  await shop.calls.inventory.setStock({ variantId: soldOut.variantId, quantity: 0, backorder: false })
  await saveProduct(shop, dearer.handle, { price: 1100 })
  const { lines } = await cart.getCart({ cartId })
  return { soldOut, dearer, other, lineIds: lines.map(({ id }) => id) }
}

describe('every answer that shows the cart shows what getCart() shows', () => {
  type Case = [
    name: string,
    call: (
      cart: CartCalls,
      cartId: string,
      goods: Awaited<ReturnType<typeof fillThenChangeGoods>>,
    ) => Promise<Cart>,
  ]
  const cases: Case[] = [
    ['setContact()', (cart, cartId) => cart.setContact({ cartId, ...contactIn('FR') })],
    [
      'setShippingOption()',
      (cart, cartId) => cart.setShippingOption({ cartId, shippingOptionId: 'express' }),
    ],
    [
      'setShippingOption() without a change',
      (cart, cartId) => cart.setShippingOption({ cartId, shippingOptionId: 'standard' }),
    ],
    ['addCoupon()', (cart, cartId) => cart.addCoupon({ cartId, code: 'WELCOME10' })],
    ['removeCoupon()', (cart, cartId) => cart.removeCoupon({ cartId, code: 'WELCOME10' })],
    [
      'addLine()',
      (cart, cartId, { other }) => cart.addLine({ cartId, variantId: other.variantId, quantity: 2 }),
    ],
    [
      'updateLine()',
      (cart, cartId, { lineIds }) => cart.updateLine({ cartId, lineId: lineIds[2]!, quantity: 3 }),
    ],
    ['removeLine()', (cart, cartId, { lineIds }) => cart.removeLine({ cartId, lineId: lineIds[2]! })],
  ]

  it.each(cases)('%s', async (_name, call) => {
    const { cartId, cart } = await newGuest(shop)
    const answer = await call(cart, cartId, await fillThenChangeGoods(cart, cartId))
    expect(answer.lines[0]!.problem).toEqual({ code: 'OUT_OF_STOCK', available: 0 })
    expect(answer.lines[1]!.unitPrice.amount).toBe(1100)
    // The subtotal does not include the sold-out line of 90 euros, which would make shipping free.
    expect(answer.totals.subtotal.amount).toBeLessThan(2000)
    expect(answer).toEqual(await cart.getCart({ cartId }))
  })

  it("createCart() for a customer's open cart", async () => {
    const mine = customer(shop, newId('cus'))
    const { id: cartId } = await mine.createCart({})
    await fillThenChangeGoods(mine, cartId)
    const { token, ...answer } = await mine.createCart({})
    expect(token).toBeNull()
    expect(answer.totals.subtotal.amount).toBe(1200)
    expect(answer).toEqual(await mine.getCart({ cartId }))
  })

  it('listShippingOptions() has the price that the cart shows', async () => {
    const { cartId, cart } = await newGuest(shop)
    await fillThenChangeGoods(cart, cartId)
    const { shippingOption } = await cart.getCart({ cartId })
    const { items } = await cart.listShippingOptions({ cartId })
    expect(items.find(({ id }) => id === 'standard')).toEqual(shippingOption)
  })
})
