import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { system } from '#runtime/contract/caller.ts'
import { openShop as openProcess } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { newId } from '#shared/ids.ts'
import { type AllModules, openShop, type TestShop } from '#tests/support/shop.ts'
import { asStaff, codeDraft, promotionDraft, quoteFor, redeem, statusOf } from './handlers/testing.ts'
import { anInput, aQuoteLine } from './rules/testing.ts'

let shop: TestShop
let other: Shop
beforeAll(async () => {
  // Role switches would add statements, and loopback sends every call twice
  shop = await openShop({ modules: ['pricing'], rules: 'none', enforceRoles: false, loopback: false })
  const hosted = [...shop.shop.modules.values()]
  other = await openProcess({
    modules: hosted.map(({ definition }) => definition),
    databaseUrl: shop.databaseUrl,
    secret: 'a secret for tests only',
    publicUrl: 'http://localhost:4000',
    dataDirectory: tmpdir(),
    log: createLog({ level: 'silent' }),
    environment: {},
    background: false,
    clock: () => shop.clock.now(),
  })
})
afterAll(async () => {
  await other.stop()
  await shop.stop()
})

/** The statements of pricing that `work` sends. The runtime adds others now and then. */
async function count(work: () => Promise<unknown>): Promise<number> {
  const statements = await shop.statementsDuring(work)
  return statements.filter((statement) => /\bpricing\.(?!pando_)/.test(statement)).length
}

/** What the other process takes off a mug of 10.00, with the codes. */
async function discountElsewhere(codes: string[] = []): Promise<number> {
  const { pricing } = other.callsAs<AllModules>(system('test'))
  return (await pricing.quote(anInput({ lines: [aQuoteLine()], codes }))).totals.discount.amount
}

describe('rules that a process keeps', () => {
  it('are seen at once in the process that changes them, and soon in others', async () => {
    const staff = asStaff(shop)
    expect(await discountElsewhere()).toBe(0)
    const draft = promotionDraft()
    const { id: promotionId } = await staff.createPromotion(draft)
    expect((await quoteFor(shop, [])).totals.discount.amount).toBe(100)
    // The clock of the test stands still, so only a notification can reach the other process
    await expect.poll(() => discountElsewhere(), { timeout: 10_000 }).toBe(100)
    await staff.savePromotion({ promotionId, ...draft, active: false })
    expect((await quoteFor(shop, [])).totals.discount.amount).toBe(0)
    await expect.poll(() => discountElsewhere(), { timeout: 10_000 }).toBe(0)
  })

  it('are seen after ten seconds if a notification is lost', async () => {
    const { id } = await asStaff(shop).createPromotion(codeDraft('LOST'))
    await expect.poll(() => discountElsewhere(['LOST']), { timeout: 10_000 }).toBe(100)
    // By SQL, which notifies no process
    await shop.sql`
      update pricing.rule set definition = jsonb_set(definition, '{effect,reduction,percent}', '20') where id = ${id}`
    await shop.sql`update pricing.setting set version = version + 1`
    expect(await discountElsewhere(['LOST'])).toBe(100)
    shop.clock.advance(10_001)
    expect(await discountElsewhere(['LOST'])).toBe(200)
  })

  it("include customers' terms", async () => {
    const { id: promotionId } = await asStaff(shop).createPromotion(
      codeDraft('CLUB', { conditions: { customerGroups: ['club'] } }),
    )
    const customerId = newId('cus')
    const isApplied = async () => (await statusOf(shop, 'CLUB', { customerId }))[0] === 'applied'
    expect(await isApplied()).toBe(false)
    const terms = { customerId, taxExempt: false, vatNumber: null }
    await asStaff(shop).saveCustomerTerms({ ...terms, groups: ['club'] })
    expect(await isApplied()).toBe(true)
    await asStaff(shop).saveCustomerTerms({ ...terms, groups: [] })
    expect(await isApplied()).toBe(false)
    await asStaff(shop).deletePromotion({ promotionId })
  })

  it('are read by many quotes at the same time with one statement', async () => {
    await asStaff(shop).saveTaxSettings({ home: null, rounding: 'total', shipping: { by: 'goods' } })
    const quotes = () => Promise.all(Array.from({ length: 20 }, () => quoteFor(shop, [])))
    // The version, and the rules
    expect(await count(quotes)).toBe(2)
    expect(await count(quotes)).toBe(0)
  })
})

describe('the statements', () => {
  const email = 'ada@example.com'
  beforeAll(async () => {
    const staff = asStaff(shop)
    await staff.createPromotion(codeDraft('PLAIN'))
    await staff.createPromotion(codeDraft('LIMITED', { limit: 5 }))
    await staff.createPromotion(codeDraft('ALSO', { limitPerCustomer: 5 }))
    await staff.createPromotion(codeDraft('FIRST', { conditions: { firstOrder: true } }))
  })

  it.each([
    ['without codes', [], {}, 0],
    ['with a code', ['PLAIN'], { email }, 0],
    ['of a customer whose terms were read', [], { customerId: 'cus_known' }, 0],
    ['with codes that have limits', ['LIMITED', 'ALSO', 'PLAIN'], { email }, 1],
    ['with a code for first orders', ['FIRST'], { email }, 1],
    ['with a code that does not exist, or is for one order', ['UNKNOWN'], {}, 1],
  ])('of a quote %s', async (_title, codes, buyer, expected) => {
    await quoteFor(shop, codes, buyer)
    expect(await count(() => quoteFor(shop, codes, buyer))).toBe(expected)
  })

  it('of a redemption', async () => {
    const byCode = new Map(
      (await asStaff(shop).listPromotions({})).items.map(({ id, title }) => [title, id] as const),
    )
    const redeeming = async (...codes: string[]) => {
      await quoteFor(shop, [])
      return count(() =>
        redeem(
          shop,
          codes.map((code) => ({ promotionId: byCode.get(code)!, code })),
        ),
      )
    }
    expect(await redeeming()).toBe(1)
    expect(await redeeming('PLAIN')).toBe(2)
    // It locks the counters, and reads them
    expect(await redeeming('PLAIN', 'LIMITED', 'ALSO')).toBe(4)
    expect(await redeeming('FIRST')).toBe(4)
  })

  it('of a quote after an order: the version of the rules', async () => {
    await redeem(shop, [])
    expect(await count(() => quoteFor(shop, []))).toBe(1)
    expect(await count(() => quoteFor(shop, []))).toBe(0)
  })
})
