import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { transaction } from '#runtime/database/transaction.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import {
  createProduct,
  fillCart,
  piecesLeft,
  placeOrder,
  recoverWorkflows,
  type Shopper,
} from '../testing.ts'

const PIECES = 10
const USED_UP = { code: 'PROMOTION_USED_UP', status: 409 }

let shop: TestShop
let variantId: string
let code: string
let count = 0
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.stop())
beforeEach(async () => {
  variantId = await createProduct(shop, PIECES)
  code = `CODE${++count}`
})

interface Limits {
  limit?: number
  limitPerCustomer?: number
  firstOrder?: boolean
}

/** A promotion of 10 % with the code of the test. */
async function createPromotion({ limit, limitPerCustomer, firstOrder }: Limits = {}): Promise<string> {
  const { id } = await shop.calls.pricing.createPromotion({
    title: code,
    active: true,
    trigger: { by: 'code', code },
    priority: 0,
    combinesWith: [],
    startsAt: null,
    endsAt: null,
    conditions: firstOrder ? { firstOrder } : {},
    effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 10 } },
    limit: limit ?? null,
    limitPerCustomer: limitPerCustomer ?? null,
  })
  return id
}

/** A shopper with two pieces and the code. */
async function shopperWithCode(
  email = `${newId('buyer')}@example.com`,
  customerId?: string,
): Promise<Shopper> {
  const shopper = await fillCart(shop, { [variantId]: 2 }, customerId, email)
  const { cartId, caller } = shopper
  const { version: cartVersion } = await shop.as(caller).cart.addCoupon({ cartId, code })
  return { ...shopper, cartVersion }
}

/**
 * Places the orders so that all have read their carts before the first one takes anything: they wait for the rows of
 * their carts, which this function locks meanwhile.
 */
async function placeAtOnce(shoppers: Shopper[]) {
  const carts = shoppers.map(({ cartId }) => cartId)
  return transaction(shop.sql, async (sql) => {
    await sql`select from cart.cart where id = any(${carts}::text[]) for update`
    const placed = Promise.allSettled(shoppers.map((shopper) => placeOrder(shop, shopper)))
    const waiting = () => shop.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(carts.length)
    // In an object, because the commit would wait for a promise
    return { placed }
  }).then(({ placed }) => placed)
}

async function cartOf({ cartId, caller }: Shopper) {
  return shop.as(caller).cart.getCart({ cartId })
}

async function usesOf(promotionId: string): Promise<number> {
  return (await shop.calls.pricing.getPromotion({ promotionId })).uses
}

describe('the last use of a promotion', () => {
  it.each([
    ['in all', { limit: 1 }, undefined],
    ['of one buyer', { limitPerCustomer: 1 }, 'ada@example.com'],
    ['for the first order of a buyer', { firstOrder: true }, 'eve@example.com'],
  ] as const)('goes to one of two orders at the same time: %s', async (_title, limits, email) => {
    const promotionId = await createPromotion(limits)
    const shoppers = [await shopperWithCode(email), await shopperWithCode(email)]
    const results = await placeAtOnce(shoppers)
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const loser = results.findIndex(({ status }) => status === 'rejected')
    expect(results[loser]).toMatchObject({ reason: { ...USED_UP, data: { promotionId, title: code } } })
    expect(await usesOf(promotionId)).toBe(1)

    // The stock and the money of the other are untouched, and its cart says why the code waits
    expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
    const intents = await shop.sql`
      select status from payments.intent where order_id in (
        select id from orders.placed_order where cart_id = any(${shoppers.map(({ cartId }) => cartId)}::text[]))`
    expect(intents.filter(({ status }) => status === 'succeeded')).toHaveLength(1)
    const cart = await cartOf(shoppers[loser]!)
    expect(cart).toMatchObject({
      status: 'open',
      coupons: [{ code, reason: expect.any(String) }],
      discounts: [],
    })
    expect(cart.totals.discount.amount).toBe(0)

    // The shopper has seen the higher price, and orders without the discount
    await placeOrder(shop, { ...shoppers[loser]!, cartVersion: cart.version })
    expect(await piecesLeft(shop, variantId)).toBe(PIECES - 4)
    expect(await usesOf(promotionId)).toBe(1)
  })

  it('of a single-use code goes to one of two orders', async () => {
    const { id: promotionId } = await shop.calls.pricing.createPromotion({
      title: 'Voucher',
      active: true,
      trigger: { by: 'singleUseCodes' },
      priority: 0,
      combinesWith: [],
      startsAt: null,
      endsAt: null,
      conditions: {},
      effect: { kind: 'reduce', reduction: { kind: 'amountOff', amount: 500, each: false } },
      limit: null,
      limitPerCustomer: null,
    })
    const { codes } = await shop.calls.pricing.createPromotionCodes({ promotionId, count: 1 })
    code = codes[0]!
    const shoppers = [await shopperWithCode(), await shopperWithCode()]
    const results = await placeAtOnce(shoppers)
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: USED_UP })
    const [order] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(order).toMatchObject({
      coupons: [{ code, title: 'Voucher' }],
      discounts: [{ code, title: 'Voucher', amount: { amount: 500 } }],
      totals: { discount: { amount: 500 } },
    })
    const listed = await shop.calls.pricing.listPromotionCodes({ promotionId })
    expect(listed.items).toMatchObject([{ code, orderId: order!.id }])
  })
})

describe('the use of a promotion is given back', () => {
  it('when the order is cancelled', async () => {
    const promotionId = await createPromotion({ limit: 1 })
    const order = await placeOrder(shop, await shopperWithCode())
    const other = await shopperWithCode()
    expect((await cartOf(other)).coupons).toEqual([
      { code, title: code, reason: 'This code has been used already.' },
    ])
    await shop.calls.orders.cancelOrder({ orderId: order.id })
    expect(await usesOf(promotionId)).toBe(0)
    const { version, coupons } = await cartOf(other)
    expect(coupons).toEqual([{ code, title: code }])
    await placeOrder(shop, { ...other, cartVersion: version })
    expect(await usesOf(promotionId)).toBe(1)
  })

  it('when the payment is declined, and the same cart can use it again', async () => {
    const promotionId = await createPromotion({ limit: 1, limitPerCustomer: 1, firstOrder: true })
    const shopper = await shopperWithCode()
    await expect(placeOrder(shop, shopper, 'tok_declined')).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    })
    expect(await usesOf(promotionId)).toBe(0)
    expect((await cartOf(shopper)).version).toBe(shopper.cartVersion)
    expect(await placeOrder(shop, shopper)).toMatchObject({ status: 'confirmed' })
    expect(await usesOf(promotionId)).toBe(1)
  })

  it('when the shopper does not pay in time; until then their cart still shows it', async () => {
    const promotionId = await createPromotion({ limit: 1, limitPerCustomer: 1, firstOrder: true })
    const shopper = await shopperWithCode()
    const before = await cartOf(shopper)
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    expect(order.status).toBe('pending')
    expect(await usesOf(promotionId)).toBe(1)
    expect(await cartOf(shopper)).toMatchObject({
      status: 'frozen',
      version: before.version,
      coupons: before.coupons,
      totals: before.totals,
    })
    shop.clock.advance(16 * 60_000)
    await recoverWorkflows(shop)
    expect(await usesOf(promotionId)).toBe(0)
    expect(await cartOf(shopper)).toMatchObject({ status: 'open', version: before.version })
  })

  it('when the stock is short', async () => {
    const promotionId = await createPromotion({ limit: 1 })
    const shopper = await shopperWithCode()
    await shop.calls.inventory.setStock({ variantId, quantity: 1, backorder: false })
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    expect(await usesOf(promotionId)).toBe(0)
  })
})

describe('an order', () => {
  it('keeps its discounts and taxes when the rules change', async () => {
    const promotionId = await createPromotion()
    const shopper = await shopperWithCode()
    const { cartId, caller } = shopper
    const { email } = (await cartOf(shopper)).contact!
    const { version: cartVersion } = await shop.as(caller).cart.setContact({
      cartId,
      email,
      shippingAddress: { name: 'Ada', line1: 'Gasse 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
    })
    const order = await placeOrder(shop, { ...shopper, cartVersion })
    // Two pieces for 10.00 less 10 %, and 4.90 for shipping: 22.90 contain 3.66 at the 19 % of the sample
    expect(order).toMatchObject({
      discounts: [{ title: code, code, amount: { amount: 200 } }],
      taxes: [{ title: 'VAT', percent: 19, base: { amount: 1924 }, amount: { amount: 366 }, included: true }],
      totals: { subtotal: { amount: 2000 }, discount: { amount: 200 }, includedTax: { amount: 366 } },
    })
    await shop.calls.pricing.savePromotion({
      ...(await promotionDraftOf(promotionId)),
      effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 50 } },
    })
    expect(await shop.as(shopper.caller).orders.getOrder({ orderId: order.id })).toEqual(order)
  })

  it('is refused when a promotion changes after the shopper saw the cart', async () => {
    const promotionId = await createPromotion()
    const shopper = await shopperWithCode()
    await shop.calls.pricing.savePromotion({ ...(await promotionDraftOf(promotionId)), active: false })
    await expect(placeOrder(shop, shopper)).rejects.toMatchObject({ code: 'CART_CHANGED', status: 409 })
    expect((await cartOf(shopper)).coupons).toEqual([])
  })

  it('of a company abroad has no tax, and shipping without it', async () => {
    const customerId = newId('cus')
    const vatNumber = 'FR40303265045'
    await shop.calls.pricing.saveCustomerTerms({ customerId, groups: [], taxExempt: false, vatNumber })
    const product = await createProduct(shop, 1, 12_000)
    const shopper = await fillCart(shop, { [product]: 1 }, customerId)
    const { cart } = shop.as(shopper.caller)
    const { cartId } = shopper
    const address = { name: 'Zoé', line1: '1 rue', city: 'Paris', postalCode: '75002', country: 'FR' }
    await cart.setContact({ cartId, email: 'zoe@example.com', shippingAddress: address })
    // The sample has 20 % in France, and 9.90 for standard delivery: 8.25 without the tax
    const { version, totals } = await cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
    expect(totals).toMatchObject({
      subtotal: { amount: 10_000 },
      shipping: { amount: 825 },
      includedTax: { amount: 0 },
      total: { amount: 10_825 },
    })
    const order = await placeOrder(shop, { ...shopper, cartVersion: version })
    expect(order).toMatchObject({ taxExemption: 'reverseCharge', taxes: [], totals })
  })
})

async function promotionDraftOf(promotionId: string) {
  const {
    id: _id,
    summary: _summary,
    uses: _uses,
    ...draft
  } = await shop.calls.pricing.getPromotion({ promotionId })
  return { promotionId, ...draft }
}
