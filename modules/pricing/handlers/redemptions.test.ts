import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Promotion } from '../schemas.ts'
import { asStaff, codeDraft, promotionDraft, quoteFor, redeem, statusOf } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  // Loopback sends every call twice
  shop = await openShop({ modules: ['pricing'], rules: 'none', loopback: false })
})
afterAll(() => shop.stop())

let count = 0
let code: string
beforeEach(() => {
  code = `CODE${++count}`
})

const USED_UP = { code: 'PROMOTION_USED_UP', status: 409 }
const usedUp = ['waiting', 'This code has been used already.']
const usedByBuyer = ['waiting', 'You have used this code already.']
const applied = ['applied', null]

/** Creates a promotion with the code of the test. */
async function create(change: Partial<Promotion> = {}) {
  const { id: promotionId } = await asStaff(shop).createPromotion(codeDraft(code, change))
  return { promotionId, code }
}

async function usesOf(promotionId: string): Promise<number> {
  return (await asStaff(shop).getPromotion({ promotionId })).uses
}

/** Redeems for many new orders at the same time. Returns the ids of the orders that could. */
async function race(
  orders: number,
  promotions: { promotionId: string; code: string | null }[],
  buyer: { email?: string; customerId?: string } = {},
): Promise<string[]> {
  const results = await Promise.allSettled(
    Array.from({ length: orders }, () => redeem(shop, promotions, buyer)),
  )
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(USED_UP)
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

describe('a limit for all orders', () => {
  it('holds for orders at the same time, and is free again after one is cancelled', async () => {
    const promotion = await create({ limit: 3 })
    const orders = await race(12, [promotion])
    expect(orders).toHaveLength(3)
    expect(await usesOf(promotion.promotionId)).toBe(3)
    expect(await statusOf(shop, code)).toEqual(usedUp)
    await expect(redeem(shop, [promotion])).rejects.toMatchObject({
      ...USED_UP,
      data: { promotionId: promotion.promotionId, title: code },
    })
    await shop.calls.pricing.restorePromotions({ orderId: orders[0]! })
    expect(await statusOf(shop, code)).toEqual(applied)
    expect(await race(5, [promotion])).toHaveLength(1)
  })

  it('does not concern the cart of an order that has redeemed it', async () => {
    const promotion = await create({ limit: 1, limitPerCustomer: 1 })
    const buyer = { email: 'ada@example.com', customerId: newId('cus') }
    const orderId = await redeem(shop, [promotion], buyer)
    expect(await statusOf(shop, code, { ...buyer, orderId })).toEqual(applied)
    expect(await statusOf(shop, code, { ...buyer, orderId: newId('ord') })).toEqual(usedUp)
  })

  it('holds for promotions without a code', async () => {
    const draft = promotionDraft({ limit: 1, title: 'For one' })
    const { id: promotionId } = await asStaff(shop).createPromotion(draft)
    expect(await race(5, [{ promotionId, code: null }])).toHaveLength(1)
    const { discounts } = await quoteFor(shop, [])
    expect(discounts).toEqual([])
    await asStaff(shop).savePromotion({ promotionId, ...draft, active: false })
  })

  it('holds for several promotions in one order, which gets all or none', async () => {
    const first = await create({ limit: 5 })
    code = `${code}B`
    const second = await create({ limit: 2 })
    // In both orders, so that a deadlock would show
    const results = await Promise.all([race(8, [first, second]), race(8, [second, first])])
    expect(results.flat()).toHaveLength(2)
    expect([await usesOf(first.promotionId), await usesOf(second.promotionId)]).toEqual([2, 2])
  })
})

describe('a limit for each customer', () => {
  it('counts the orders of an email address, in any case', async () => {
    const promotion = await create({ limitPerCustomer: 1 })
    await redeem(shop, [promotion], { email: 'Ada.B@Example.com' })
    expect(await statusOf(shop, code, { email: 'ada.b@example.com' })).toEqual(usedByBuyer)
    expect(await statusOf(shop, code, { email: 'eve@example.com' })).toEqual(applied)
    expect(await statusOf(shop, code)).toEqual(applied)
    await expect(redeem(shop, [promotion], { email: 'ada.b@example.com' })).rejects.toMatchObject(USED_UP)
    await redeem(shop, [promotion], { email: 'eve@example.com' })
  })

  it('counts the orders of a customer with any address, also before the address is known', async () => {
    const promotion = await create({ limitPerCustomer: 2 })
    const customerId = newId('cus')
    await redeem(shop, [promotion], { customerId, email: 'one@example.com' })
    expect(await statusOf(shop, code, { customerId })).toEqual(applied)
    const orderId = await redeem(shop, [promotion], { customerId, email: 'two@example.com' })
    expect(await statusOf(shop, code, { customerId })).toEqual(usedByBuyer)
    expect(await statusOf(shop, code, { customerId, email: 'three@example.com' })).toEqual(usedByBuyer)
    expect(await statusOf(shop, code, { email: 'one@example.com' })).toEqual(applied)
    await shop.calls.pricing.restorePromotions({ orderId })
    expect(await statusOf(shop, code, { customerId })).toEqual(applied)
  })

  it('holds for orders of one customer at the same time', async () => {
    const promotion = await create({ limitPerCustomer: 2 })
    expect(await race(10, [promotion], { customerId: newId('cus') })).toHaveLength(2)
    expect(await race(10, [promotion], { email: 'many@example.com' })).toHaveLength(2)
  })
})

describe('a promotion for first orders', () => {
  const firstOrder = { conditions: { firstOrder: true as const } }

  it('applies to buyers without an order, or with a cancelled one', async () => {
    const promotion = await create(firstOrder)
    const email = 'first@example.com'
    const other = ['waiting', 'This code is for first orders only.']
    expect(await statusOf(shop, code, { email })).toEqual(applied)
    // An order without a promotion counts too
    const orderId = await redeem(shop, [], { email })
    expect(await statusOf(shop, code, { email: 'FIRST@example.com' })).toEqual(other)
    expect(await statusOf(shop, code, { email, orderId })).toEqual(applied)
    expect(await statusOf(shop, code)).toEqual(applied)
    await expect(redeem(shop, [promotion], { email })).rejects.toMatchObject(USED_UP)
    await shop.calls.pricing.restorePromotions({ orderId })
    expect(await statusOf(shop, code, { email })).toEqual(applied)
    await redeem(shop, [promotion], { email })
  })

  it('applies to one of several orders of a buyer at the same time', async () => {
    const promotion = await create(firstOrder)
    expect(await race(10, [promotion], { email: 'eager@example.com' })).toHaveLength(1)
  })

  it('knows a customer before their address', async () => {
    await create(firstOrder)
    const customerId = newId('cus')
    await redeem(shop, [], { customerId })
    expect((await statusOf(shop, code, { customerId }))[0]).toBe('waiting')
  })
})

describe('redeemPromotions()', () => {
  it('changes nothing when repeated, even at the same time', async () => {
    const promotion = await create({ limit: 5 })
    const orderId = newId('ord')
    const once = { orderId, email: 'ada@example.com' }
    await Promise.all(Array.from({ length: 5 }, () => redeem(shop, [promotion], once)))
    await redeem(shop, [promotion], once)
    expect(await usesOf(promotion.promotionId)).toBe(1)
    expect((await shop.calls.pricing.auditPromotions({ limit: 1 })).problems).toEqual([])
  })

  it('records nothing when it fails', async () => {
    const free = await create({ limit: 5 })
    const email = 'unlucky@example.com'
    code = `${code}B`
    const used = await create({ limit: 1 })
    await redeem(shop, [used])
    await expect(redeem(shop, [free, used], { email })).rejects.toMatchObject(USED_UP)
    expect(await usesOf(free.promotionId)).toBe(0)
    expect(await shop.sql`select from pricing.buyer_order where email = ${email}`).toHaveLength(0)
  })

  it('fails for an order that was restored, also with a late or parallel repeat', async () => {
    const promotion = await create({ limit: 1 })
    const orderId = await redeem(shop, [promotion])
    await Promise.all([1, 2, 3].map(() => shop.calls.pricing.restorePromotions({ orderId })))
    await shop.calls.pricing.restorePromotions({ orderId })
    await expect(redeem(shop, [promotion], { orderId })).rejects.toMatchObject(USED_UP)
    await expect(redeem(shop, [], { orderId })).rejects.toMatchObject(USED_UP)
    expect(await usesOf(promotion.promotionId)).toBe(0)
    // A restoration before the redemption, which is late
    const late = newId('ord')
    await shop.calls.pricing.restorePromotions({ orderId: late })
    await expect(redeem(shop, [promotion], { orderId: late })).rejects.toMatchObject(USED_UP)
    expect(await race(3, [promotion])).toHaveLength(1)
  })

  it('and restorePromotions() of the same orders at the same time leave counters that are right', async () => {
    const promotion = await create({ limit: 1000, limitPerCustomer: 1000 })
    for (let round = 0; round < 10; round++) {
      const orderId = newId('ord')
      await Promise.allSettled([
        redeem(shop, [promotion], { orderId }),
        shop.calls.pricing.restorePromotions({ orderId }),
        redeem(shop, [promotion], { orderId }),
      ])
    }
    expect(await usesOf(promotion.promotionId)).toBe(0)
    expect((await shop.calls.pricing.auditPromotions({ limit: 1 })).problems).toEqual([])
  })

  it('accepts a promotion that was deleted after the quote', async () => {
    const promotion = await create({ limit: 1 })
    await asStaff(shop).deletePromotion({ promotionId: promotion.promotionId })
    await redeem(shop, [promotion])
    expect((await shop.calls.pricing.auditPromotions({ limit: 1 })).problems).toEqual([])
  })
})

describe('auditPromotions()', () => {
  it('reports counters that are wrong, and lists the redemptions of each order', async () => {
    const promotion = await create({ limit: 9 })
    const orderId = await redeem(shop, [promotion])
    const redemptions: { orderId: string; promotionIds: string[] }[] = []
    let after: string | undefined
    for (;;) {
      const page = await shop.calls.pricing.auditPromotions({ limit: 2, ...(after ? { after } : {}) })
      expect(page.problems).toEqual(after ? undefined : [])
      redemptions.push(...page.redemptions)
      if (page.redemptions.length === 0) break
      after = page.redemptions.at(-1)!.orderId
    }
    expect(redemptions).toContainEqual({ orderId, promotionIds: [promotion.promotionId] })
    await shop.sql`update pricing.promotion_use set uses = 3 where promotion_id = ${promotion.promotionId}`
    expect((await shop.calls.pricing.auditPromotions({ limit: 1 })).problems).toEqual([
      `promotion ${promotion.promotionId}: its counter is 3, but 1 order with its limit redeemed it`,
    ])
    await shop.sql`update pricing.promotion_use set uses = 1 where promotion_id = ${promotion.promotionId}`
  })
})
