import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asStaff, codeDraft, promotionDraft, quoteFor, redeem, statusOf } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  // Loopback sends every call twice
  shop = await openShop({ modules: ['pricing'], rules: 'none', loopback: false })
})
afterAll(() => shop.stop())

const invalid = (field: string) => ({ code: 'RULE_INVALID', status: 422, data: { field } })
const notFound = { code: 'RULE_NOT_FOUND', status: 404 }

describe('createPromotion()', () => {
  it('returns the promotion with a sentence that says what it does', async () => {
    const draft = codeDraft('SPRING', { conditions: { minAmount: 5000 } })
    const promotion = await asStaff(shop).createPromotion(draft)
    expect(promotion).toEqual({
      id: promotion.id,
      ...draft,
      summary:
        '10 % off the order, from €50.00, with the code SPRING. With all other promotions that allow it.',
      uses: 0,
    })
    expect(await asStaff(shop).getPromotion({ promotionId: promotion.id })).toEqual(promotion)
  })

  it('refuses a code that another promotion has, even with ten at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => asStaff(shop).createPromotion(codeDraft('TWICE'))),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({
          ...invalid('/trigger/code'),
          message: 'Cannot save the promotion "TWICE": the code "TWICE" belongs to another promotion',
        })
  })

  it('refuses a code that is a single-use code', async () => {
    const staff = asStaff(shop)
    const { id } = await staff.createPromotion(promotionDraft({ trigger: { by: 'singleUseCodes' } }))
    const { codes } = await staff.createPromotionCodes({ promotionId: id, count: 1 })
    await expect(staff.createPromotion(codeDraft(codes[0]!))).rejects.toMatchObject(invalid('/trigger/code'))
  })

  it.each([
    [{ conditions: { countries: ['DE', 'XX'] } }, '/conditions/countries/1'],
    [{ conditions: { schedule: { timeZone: 'Mars' } } }, '/conditions/schedule/timeZone'],
    [{ startsAt: '2026-02-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }, '/endsAt'],
  ])('refuses %j', async (change, field) => {
    await expect(asStaff(shop).createPromotion(promotionDraft(change))).rejects.toMatchObject(invalid(field))
  })

  it.each([
    codeDraft('lower'),
    codeDraft('WITH SPACE'),
    codeDraft('X'.repeat(61)),
    promotionDraft({ limit: 0 }),
    promotionDraft({ limitPerCustomer: 0 }),
    promotionDraft({ startsAt: '2026-02-01' }),
    promotionDraft({ title: '' }),
    promotionDraft({ effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: -1 } } }),
    promotionDraft({ effect: { kind: 'tiers', by: 'pieces', tiers: [] } }),
  ])('refuses by the contract: %j', async (draft) => {
    await expect(asStaff(shop).createPromotion(draft)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      status: 400,
    })
  })
})

describe('savePromotion()', () => {
  it('replaces the promotion and its code, and frees the old one', async () => {
    const staff = asStaff(shop)
    const { id: promotionId } = await staff.createPromotion(codeDraft('OLD'))
    const changed = codeDraft('NEW', { title: 'Changed' })
    const saved = await staff.savePromotion({ promotionId, ...changed })
    expect(saved).toMatchObject({ id: promotionId, ...changed })
    expect(await statusOf(shop, 'OLD')).toEqual(['unknown', expect.any(String)])
    expect(await statusOf(shop, 'NEW')).toEqual(['applied', null])
    await staff.createPromotion(codeDraft('OLD'))
    await expect(staff.savePromotion({ promotionId, ...codeDraft('OLD') })).rejects.toMatchObject(
      invalid('/trigger/code'),
    )
    expect(await staff.getPromotion({ promotionId })).toEqual(saved)
    await staff.savePromotion({ promotionId, ...changed, trigger: { by: 'automatic' } })
    expect(await statusOf(shop, 'NEW')).toEqual(['unknown', expect.any(String)])
    await staff.savePromotion({ promotionId, ...changed, active: false })
    expect(await statusOf(shop, 'NEW')).toEqual(['unknown', expect.any(String)])
  })

  it('refuses an unknown promotion and wrong rules', async () => {
    const promotionId = newId('prm')
    await expect(asStaff(shop).savePromotion({ promotionId, ...codeDraft('UNSAVED') })).rejects.toMatchObject(
      notFound,
    )
    expect(await statusOf(shop, 'UNSAVED')).toEqual(['unknown', expect.any(String)])
    const wrong = promotionDraft({ conditions: { countries: ['XX'] } })
    await expect(asStaff(shop).savePromotion({ promotionId, ...wrong })).rejects.toMatchObject(
      invalid('/conditions/countries/0'),
    )
  })

  it('counts the orders from before there was a limit', async () => {
    const staff = asStaff(shop)
    const draft = codeDraft('LATER')
    const { id: promotionId } = await staff.createPromotion(draft)
    const orders = [await redeem(shop, [{ promotionId, code: 'LATER' }])]
    orders.push(await redeem(shop, [{ promotionId, code: 'LATER' }]))
    expect((await staff.savePromotion({ promotionId, ...draft, limit: 2 })).uses).toBe(2)
    expect(await statusOf(shop, 'LATER')).toEqual(['waiting', 'This code has been used already.'])
    await expect(redeem(shop, [{ promotionId, code: 'LATER' }])).rejects.toMatchObject({
      code: 'PROMOTION_USED_UP',
    })
    await shop.calls.pricing.restorePromotions({ orderId: orders[0]! })
    expect(await statusOf(shop, 'LATER')).toEqual(['applied', null])
    // Without a limit and with one again, the counter is still that of the orders
    await staff.savePromotion({ promotionId, ...draft })
    await redeem(shop, [{ promotionId, code: 'LATER' }])
    await staff.savePromotion({ promotionId, ...draft, limit: 2 })
    expect(await statusOf(shop, 'LATER')).toEqual(['waiting', 'This code has been used already.'])
    expect((await shop.calls.pricing.auditPromotions({ limit: 10 })).problems).toEqual([])
  })
})

describe('getPromotion()', () => {
  it('counts the orders that use it, and fails for an unknown one', async () => {
    const { id: promotionId } = await asStaff(shop).createPromotion(codeDraft('USES'))
    const orderId = await redeem(shop, [{ promotionId, code: 'USES' }])
    await redeem(shop, [{ promotionId, code: 'USES' }])
    const uses = async () => (await asStaff(shop).getPromotion({ promotionId })).uses
    expect(await uses()).toBe(2)
    await shop.calls.pricing.restorePromotions({ orderId })
    expect(await uses()).toBe(1)
    await expect(asStaff(shop).getPromotion({ promotionId: newId('prm') })).rejects.toMatchObject(notFound)
  })
})

describe('listPromotions()', () => {
  it('lists by id in descending order, page by page, and active or inactive ones', async () => {
    const staff = asStaff(shop)
    const made: string[] = []
    for (const active of [true, false, true])
      made.push((await staff.createPromotion(promotionDraft({ active, title: 'Listed' }))).id)
    // Ids of one millisecond are in any order
    const newest = made.toSorted().reverse()
    const first = await staff.listPromotions({ limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(newest.slice(0, 2))
    const second = await staff.listPromotions({ limit: 2, cursor: first.nextCursor! })
    expect(second.items[0]!.id).toBe(newest[2])
    const all: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await staff.listPromotions({ limit: 3, ...(cursor ? { cursor } : {}) })
      all.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(all).toEqual(all.toSorted().reverse())
    expect(new Set(all).size).toBe(all.length)

    const active = await staff.listPromotions({ active: true, limit: 100 })
    const inactive = await staff.listPromotions({ active: false, limit: 100 })
    expect(active.items.every((each) => each.active) && inactive.items.every((each) => !each.active)).toBe(
      true,
    )
    expect(active.items.length + inactive.items.length).toBe(all.length)
    const wrong = { code: 'INVALID_CURSOR', status: 400 }
    await expect(staff.listPromotions({ active: true, cursor: first.nextCursor! })).rejects.toMatchObject(
      wrong,
    )
    await expect(staff.listPromotions({ cursor: 'nonsense' })).rejects.toMatchObject(wrong)
  })
})

describe('deletePromotion()', () => {
  it('deletes a promotion that no order uses, with its codes', async () => {
    const staff = asStaff(shop)
    const { id: promotionId } = await staff.createPromotion(codeDraft('GONE', { limit: 5 }))
    await staff.deletePromotion({ promotionId })
    await staff.deletePromotion({ promotionId })
    await expect(staff.getPromotion({ promotionId })).rejects.toMatchObject(notFound)
    expect(await statusOf(shop, 'GONE')).toEqual(['unknown', expect.any(String)])
    await staff.createPromotion(codeDraft('GONE'))
  })

  it('refuses a promotion that an order uses', async () => {
    const staff = asStaff(shop)
    const { id: promotionId } = await staff.createPromotion(codeDraft('USED'))
    const orderId = await redeem(shop, [{ promotionId, code: 'USED' }])
    await expect(staff.deletePromotion({ promotionId })).rejects.toMatchObject({
      code: 'RULE_IN_USE',
      status: 409,
      message: `Cannot delete the promotion "${promotionId}": 1 order uses it. Set it to inactive`,
    })
    expect(await statusOf(shop, 'USED')).toEqual(['applied', null])
    await shop.calls.pricing.restorePromotions({ orderId })
    await staff.deletePromotion({ promotionId })
  })

  it('and an order at the same time leave counters that are right', async () => {
    const staff = asStaff(shop)
    for (let round = 0; round < 10; round++) {
      const { id: promotionId } = await staff.createPromotion(codeDraft(`RACE${round}`, { limit: 5 }))
      await quoteFor(shop, [])
      await Promise.allSettled([
        redeem(shop, [{ promotionId, code: `RACE${round}` }]),
        staff.deletePromotion({ promotionId }),
      ])
    }
    expect((await shop.calls.pricing.auditPromotions({ limit: 1 })).problems).toEqual([])
  })
})

describe('single-use codes', () => {
  async function newPromotion(change = {}) {
    const draft = promotionDraft({ title: 'Voucher', trigger: { by: 'singleUseCodes' }, ...change })
    return { ...(await asStaff(shop).createPromotion(draft)), draft }
  }

  it('are made in batches, each different', async () => {
    const { id: promotionId } = await newPromotion()
    const batches = await Promise.all([
      asStaff(shop).createPromotionCodes({ promotionId, count: 500 }),
      asStaff(shop).createPromotionCodes({ promotionId, count: 20, prefix: 'VIP' }),
    ])
    const [many, few] = batches.map(({ codes }) => codes)
    expect([many!.length, few!.length, new Set([...many!, ...few!]).size]).toEqual([500, 20, 520])
    for (const code of many!) expect(code).toMatch(/^[0-9A-Z]{10}$/)
    for (const code of few!) expect(code).toMatch(/^VIP-[0-9A-Z]{10}$/)
    expect(await statusOf(shop, few![0]!)).toEqual(['applied', null])
  })

  it('are listed page by page, with the order that used them', async () => {
    const staff = asStaff(shop)
    const { id: promotionId } = await newPromotion()
    const { codes } = await staff.createPromotionCodes({ promotionId, count: 5 })
    const [used] = codes
    const orderId = await redeem(shop, [{ promotionId, code: used! }])
    const first = await staff.listPromotionCodes({ promotionId, limit: 3 })
    const second = await staff.listPromotionCodes({ promotionId, limit: 3, cursor: first.nextCursor! })
    expect(second.nextCursor).toBeNull()
    const all = [...first.items, ...second.items]
    expect(all.map(({ code }) => code)).toEqual(codes.toSorted())
    expect(all.filter((each) => each.orderId !== null)).toEqual([
      { code: used, orderId, createdAt: expect.any(String) },
    ])
    const { id: otherId } = await newPromotion()
    const other = staff.listPromotionCodes({ promotionId: otherId, cursor: first.nextCursor! })
    await expect(other).rejects.toMatchObject({ code: 'INVALID_CURSOR', status: 400 })
  })

  it('belong to a promotion for them', async () => {
    const staff = asStaff(shop)
    const { id: promotionId } = await staff.createPromotion(promotionDraft())
    const wrong = { code: 'NOT_SINGLE_USE', status: 409 }
    await expect(staff.createPromotionCodes({ promotionId, count: 1 })).rejects.toMatchObject(wrong)
    const unknown = newId('prm')
    await expect(staff.createPromotionCodes({ promotionId: unknown, count: 1 })).rejects.toMatchObject(
      notFound,
    )
    await expect(staff.listPromotionCodes({ promotionId: unknown })).rejects.toMatchObject(notFound)
    for (const input of [{ count: 0 }, { count: 10_001 }, { count: 1, prefix: 'low' }])
      await expect(staff.createPromotionCodes({ promotionId, ...input })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      })
  })

  it('are good for one order each, and again after that order was cancelled', async () => {
    const { id: promotionId } = await newPromotion()
    const { codes } = await asStaff(shop).createPromotionCodes({ promotionId, count: 2 })
    const [code, other] = codes as [string, string]
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => redeem(shop, [{ promotionId, code }])),
    )
    const [orderId] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(7)
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({
          code: 'PROMOTION_USED_UP',
          status: 409,
          data: { promotionId, title: 'Voucher' },
        })
    expect(await statusOf(shop, code)).toEqual(['waiting', 'This code has been used already.'])
    expect(await statusOf(shop, other)).toEqual(['applied', null])
    // In the cart of its own order it still applies
    expect(await statusOf(shop, code, { orderId: orderId! })).toEqual(['applied', null])
    await shop.calls.pricing.restorePromotions({ orderId: orderId! })
    expect(await statusOf(shop, code)).toEqual(['applied', null])
    await redeem(shop, [{ promotionId, code }])
  })

  it('do nothing after the trigger of their promotion has changed', async () => {
    const { id: promotionId, draft } = await newPromotion()
    const { codes } = await asStaff(shop).createPromotionCodes({ promotionId, count: 1 })
    const common = { ...draft, trigger: { by: 'code', code: 'FORALL' } as const }
    await asStaff(shop).savePromotion({ promotionId, ...common })
    expect(await statusOf(shop, codes[0]!)).toEqual(['unknown', expect.any(String)])
    await asStaff(shop).savePromotion({ promotionId, ...draft })
    expect(await statusOf(shop, codes[0]!)).toEqual(['applied', null])
  })

  it('end with their promotion', async () => {
    const { id: promotionId } = await newPromotion()
    const { codes } = await asStaff(shop).createPromotionCodes({ promotionId, count: 1 })
    await asStaff(shop).deletePromotion({ promotionId })
    expect(await statusOf(shop, codes[0]!)).toEqual(['unknown', expect.any(String)])
    expect(
      await shop.sql`select from pricing.promotion_code where promotion_id = ${promotionId}`,
    ).toHaveLength(0)
  })
})
