import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { MAX_COUPONS } from '../rules/limits.ts'
import { contactIn } from '../rules/testing.ts'
import { customer, newGoods, newGuest } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

type Draft = Parameters<TestShop['calls']['pricing']['createPromotion']>[0]

/** A promotion of 10 % with a code of its own. */
async function createCode(change: Partial<Draft> = {}): Promise<{ promotionId: string; code: string }> {
  const code = newId('c').replace('c_', '').toUpperCase()
  const { id: promotionId } = await shop.calls.pricing.createPromotion({
    title: 'Ten off',
    active: true,
    trigger: { by: 'code', code },
    priority: 0,
    combinesWith: ['goods', 'order', 'shipping'],
    startsAt: null,
    endsAt: null,
    conditions: {},
    effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 10 } },
    limit: null,
    limitPerCustomer: null,
    ...change,
  })
  return { promotionId, code }
}

/** A guest with a mug for 10.00. */
async function withMug() {
  const guest = await newGuest(shop)
  const { variantId } = await newGoods(shop, { price: 1000 })
  const { lines } = await guest.cart.addLine({ cartId: guest.cartId, variantId, quantity: 1 })
  return { ...guest, lineId: lines[0]!.id }
}

describe('a code that waits', () => {
  it('is stored with its reason, and applies once its condition is met', async () => {
    const { code } = await createCode({ conditions: { minAmount: 2500 } })
    const { cartId, cart, lineId } = await withMug()
    const waiting = await cart.addCoupon({ cartId, code: code.toLowerCase() })
    expect(waiting).toMatchObject({
      coupons: [{ code, title: 'Ten off', reason: 'Add goods for €15.00 more to use this code.' }],
      discounts: [],
      totals: { discount: { amount: 0 } },
    })
    const applied = await cart.updateLine({ cartId, lineId, quantity: 3 })
    expect(applied).toMatchObject({
      coupons: [{ code, title: 'Ten off' }],
      discounts: [{ code, title: 'Ten off', amount: { amount: 300 } }],
      lines: [{ discount: { amount: 300 } }],
      totals: { discount: { amount: 300 } },
    })
    expect(applied.coupons[0]).not.toHaveProperty('reason')
    expect(await cart.updateLine({ cartId, lineId, quantity: 1 })).toMatchObject({ coupons: waiting.coupons })
  })

  it('can be added to an empty cart', async () => {
    const { code } = await createCode()
    const { cartId, cart } = await newGuest(shop)
    const { coupons } = await cart.addCoupon({ cartId, code })
    expect(coupons).toEqual([{ code, title: 'Ten off', reason: 'This code reduces nothing in your cart.' }])
    expect((await cart.getCart({ cartId })).coupons).toEqual(coupons)
  })

  it('of a used-up promotion says so, and is no part of the order', async () => {
    const { promotionId, code } = await createCode({ limit: 1 })
    const { cartId, cart } = await withMug()
    expect((await cart.addCoupon({ cartId, code })).totals.discount.amount).toBe(100)
    const order = { orderId: newId('ord'), customerId: null, email: 'other@example.com' }
    await shop.calls.pricing.redeemPromotions({ ...order, promotions: [{ promotionId, code }] })
    expect(await cart.getCart({ cartId })).toMatchObject({
      coupons: [{ code, title: 'Ten off', reason: 'This code has been used already.' }],
      totals: { discount: { amount: 0 } },
    })
    await cart.setContact({ cartId, ...contactIn('DE') })
    await cart.setShippingOption({ cartId, shippingOptionId: 'standard' })
    expect(await cart.getCheckout({ cartId })).toMatchObject({ coupons: [], discounts: [], promotions: [] })
    // Another shopper may still add it, and reads the same
    const late = await withMug()
    expect((await late.cart.addCoupon({ cartId: late.cartId, code })).coupons).toEqual([
      { code, title: 'Ten off', reason: 'This code has been used already.' },
    ])
  })

  it('for a group of customers applies to a customer of the group', async () => {
    const { code } = await createCode({ conditions: { customerGroups: ['club'] } })
    const { cartId, cart } = await withMug()
    expect((await cart.addCoupon({ cartId, code })).coupons).toEqual([
      { code, title: 'Ten off', reason: 'This code is for other customers. Log in if it was given to you.' },
    ])
    const member = customer(shop, newId('cus'))
    const { id: ownId } = await member.createCart({})
    const { variantId } = await newGoods(shop)
    await member.addLine({ cartId: ownId, variantId, quantity: 1 })
    expect((await member.addCoupon({ cartId: ownId, code })).coupons[0]).toHaveProperty('reason')
    const customerId = newId('cus')
    await shop.calls.pricing.saveCustomerTerms({
      customerId,
      groups: ['club'],
      taxExempt: false,
      vatNumber: null,
    })
    const clubber = customer(shop, customerId)
    const { id } = await clubber.createCart({})
    await clubber.addLine({ cartId: id, variantId, quantity: 1 })
    expect((await clubber.addCoupon({ cartId: id, code })).coupons).toEqual([{ code, title: 'Ten off' }])
  })
})

describe('addCoupon()', () => {
  it('refuses a code that becomes longer in capitals as unknown', async () => {
    const { cartId, cart } = await withMug()
    for (const code of ['ß'.repeat(60), 'ŉ'.repeat(60), `${' '.repeat(59)}x`])
      await expect(cart.addCoupon({ cartId, code })).rejects.toMatchObject({
        code: 'COUPON_UNKNOWN',
        status: 422,
      })
  })

  it('accepts as many codes as a cart holds', async () => {
    const { cartId, cart } = await withMug()
    const codes: string[] = []
    for (let nth = 0; nth < MAX_COUPONS; nth++) {
      codes.push((await createCode()).code)
      await cart.addCoupon({ cartId, code: codes.at(-1)! })
    }
    const { code } = await createCode()
    await expect(cart.addCoupon({ cartId, code })).rejects.toMatchObject({
      code: 'COUPON_LIMIT',
      status: 409,
    })
    const { coupons, totals } = await cart.addCoupon({ cartId, code: codes[0]! })
    expect(coupons.map((coupon) => coupon.code)).toEqual(codes.toSorted())
    // 10 % five times
    expect(totals.discount.amount).toBe(500)
  })

  it('refuses the code of a promotion that has been made inactive, and forgets it in carts', async () => {
    const { promotionId, code } = await createCode()
    const { cartId, cart } = await withMug()
    await cart.addCoupon({ cartId, code })
    const {
      id: _id,
      uses: _uses,
      summary: _summary,
      ...draft
    } = await shop.calls.pricing.getPromotion({ promotionId })
    await shop.calls.pricing.savePromotion({ promotionId, ...draft, active: false })
    expect((await cart.getCart({ cartId })).coupons).toEqual([])
    const other = await withMug()
    await expect(other.cart.addCoupon({ cartId: other.cartId, code })).rejects.toMatchObject({
      code: 'COUPON_UNKNOWN',
    })
  })
})

describe('setShippingOption()', () => {
  it('explains a code for free shipping that the method does not take', async () => {
    const { cartId, cart } = await withMug()
    await cart.setContact({ cartId, ...contactIn('DE') })
    expect((await cart.addCoupon({ cartId, code: 'FREESHIP' })).coupons).toEqual([
      { code: 'FREESHIP', title: 'Free standard delivery' },
    ])
    expect(await cart.setShippingOption({ cartId, shippingOptionId: 'express' })).toMatchObject({
      coupons: [{ code: 'FREESHIP', reason: 'This code does not cover “Express delivery”.' }],
      discounts: [],
      totals: { shipping: { amount: 1290 } },
    })
    expect((await cart.getCheckout({ cartId })).promotions).toEqual([])
    expect(await cart.setShippingOption({ cartId, shippingOptionId: 'standard' })).toMatchObject({
      coupons: [{ code: 'FREESHIP' }],
      discounts: [{ code: 'FREESHIP', amount: { amount: 490 } }],
      totals: { shipping: { amount: 0 } },
    })
  })
})
