import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { pricing } from '../contract.ts'
import { asStaff, methodFor, newVariant, promotionDraft, taxZoneDraft } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['pricing'], rules: 'none' })
})
afterAll(() => shop.stop())

const staff = (...permissions: string[]): Caller => ({ kind: 'staff', staffId: 'stf_2', permissions })
const customer: Caller = { kind: 'customer', customerId: 'cus_1', sessionId: 'ses_1' }
const zone = { title: 'Z', areas: [{ country: 'SE' }] }
const terms = { customerId: 'cus_1', groups: [], taxExempt: true, vatNumber: null }

type Call = [name: string, call: (as: ReturnType<typeof asStaff>) => Promise<unknown>]

const reads: Call[] = [
  ['getTax', (as) => as.getTax({})],
  ['getShipping', (as) => as.getShipping({})],
  ['listPromotions', (as) => as.listPromotions({})],
  ['getPromotion', (as) => as.getPromotion({ promotionId: newId('prm') })],
  ['listPromotionCodes', (as) => as.listPromotionCodes({ promotionId: newId('prm') })],
  ['getCustomerTerms', (as) => as.getCustomerTerms({ customerId: 'cus_1' })],
  ['testQuote', (as) => as.testQuote({ lines: [{ variantId: newId('var'), quantity: 1 }], address: null })],
]
const writes: Call[] = [
  [
    'saveTaxSettings',
    (as) => as.saveTaxSettings({ home: null, rounding: 'line', shipping: { by: 'goods' } }),
  ],
  ['createTaxZone', (as) => as.createTaxZone(taxZoneDraft())],
  ['saveTaxZone', (as) => as.saveTaxZone({ zoneId: newId('txz'), ...taxZoneDraft() })],
  ['deleteTaxZone', (as) => as.deleteTaxZone({ zoneId: newId('txz') })],
  ['createShippingZone', (as) => as.createShippingZone(zone)],
  ['saveShippingZone', (as) => as.saveShippingZone({ zoneId: newId('shz'), ...zone })],
  ['deleteShippingZone', (as) => as.deleteShippingZone({ zoneId: newId('shz') })],
  ['saveShippingMethod', (as) => as.saveShippingMethod(methodFor(newId('shz')))],
  ['deleteShippingMethod', (as) => as.deleteShippingMethod({ id: 'parcel' })],
  ['createPromotion', (as) => as.createPromotion(promotionDraft())],
  ['savePromotion', (as) => as.savePromotion({ promotionId: newId('prm'), ...promotionDraft() })],
  ['deletePromotion', (as) => as.deletePromotion({ promotionId: newId('prm') })],
  ['createPromotionCodes', (as) => as.createPromotionCodes({ promotionId: newId('prm'), count: 1 })],
  ['saveCustomerTerms', (as) => as.saveCustomerTerms(terms)],
]
/** Everything that the module stores. */
async function everything() {
  const counts = await shop.sql`
    select (select count(*) from pricing.rule) as rules, (select count(*) from pricing.customer_terms) as terms, version
    from pricing.setting`
  return counts[0]
}

const access = (...permissions: string[]) => shop.as(staff(...permissions)).pricing

describe('staff methods', () => {
  it.each(reads)('%s needs pricing.read', async (_name, call) => {
    for (const caller of [{ kind: 'guest' } as const, customer]) {
      await expect(call(shop.as(caller).pricing)).rejects.toMatchObject({
        status: caller.kind === 'guest' ? 401 : 403,
      })
    }
    await expect(call(access('pricing.write', 'orders.read'))).rejects.toMatchObject({ status: 403 })
    const allowed = await call(access('pricing.read')).catch((error: unknown) => error)
    expect(allowed).not.toMatchObject({ status: 403 })
  })

  it.each(writes)('%s needs pricing.write', async (_name, call) => {
    const before = await everything()
    for (const caller of [{ kind: 'guest' } as const, customer]) {
      await expect(call(shop.as(caller).pricing)).rejects.toMatchObject({
        status: caller.kind === 'guest' ? 401 : 403,
      })
    }
    await expect(call(access('pricing.read', 'catalog.write'))).rejects.toMatchObject({ status: 403 })
    expect(await everything()).toEqual(before)
    const allowed = await call(access('pricing.write')).catch((error: unknown) => error)
    expect(allowed).not.toMatchObject({ status: 403 })
  })

  it('are all in this test, and the others are public or for other modules', () => {
    const named = new Set([...reads, ...writes].map(([name]) => name))
    const others = Object.entries(pricing.methods).filter(([name]) => !named.has(name))
    expect(Object.fromEntries(others.map(([name, { access: needed }]) => [name, needed]))).toEqual({
      listCountries: 'public',
      listDeliveryOptions: 'public',
      quote: 'internal',
      redeemPromotions: 'internal',
      restorePromotions: 'internal',
      loadRules: 'internal',
      auditPromotions: 'internal',
    })
  })
})

describe('customer terms', () => {
  it('are empty at first, replaced, and normalised', async () => {
    const customerId = newId('cus')
    expect(await asStaff(shop).getCustomerTerms({ customerId })).toEqual({
      customerId,
      groups: [],
      taxExempt: false,
      vatNumber: null,
    })
    const saved = await asStaff(shop).saveCustomerTerms({
      customerId,
      groups: ['vip', 'club', 'vip'],
      taxExempt: false,
      vatNumber: 'fr 40.303.265.045',
    })
    expect(saved).toEqual({
      customerId,
      groups: ['club', 'vip'],
      taxExempt: false,
      vatNumber: 'FR40303265045',
    })
    expect(await asStaff(shop).getCustomerTerms({ customerId })).toEqual(saved)
    const plain = { customerId, groups: [], taxExempt: true, vatNumber: null }
    expect(await asStaff(shop).saveCustomerTerms(plain)).toEqual(plain)
    expect(await asStaff(shop).getCustomerTerms({ customerId })).toEqual(plain)
  })

  it.each(['FR41303265045', 'DE12', '12345678', 'XX123456789'])(
    'refuse the VAT number %s',
    async (vatNumber) => {
      const customerId = newId('cus')
      const saving = asStaff(shop).saveCustomerTerms({ customerId, groups: [], taxExempt: false, vatNumber })
      await expect(saving).rejects.toMatchObject({ code: 'VAT_NUMBER_INVALID', status: 422 })
      expect((await asStaff(shop).getCustomerTerms({ customerId })).vatNumber).toBeNull()
    },
  )
})

describe('testQuote() and listDeliveryOptions()', () => {
  // Of the tests above
  beforeAll(() => shop.sql`delete from pricing.rule`)

  it('price variants as a cart would', async () => {
    const pricer = asStaff(shop)
    const variantId = await newVariant(shop, 11_900, 300)
    await shop.calls.pricing.loadRules({
      settings: { home: { country: 'ES', postalPrefix: '35' }, rounding: 'total', shipping: { by: 'goods' } },
      taxZones: [taxZoneDraft({ areas: [{ country: 'FI' }] })],
      shippingZones: [
        { id: 'shz_fi', title: 'Finland', areas: [{ country: 'FI' }] },
        { id: 'shz_ic', title: 'Canaries', areas: [{ country: 'ES', postalPrefix: '35' }] },
      ],
      shippingMethods: [methodFor('shz_fi'), methodFor('shz_ic', { id: 'ferry', amount: 990 })],
      promotions: [
        { id: 'prm_club', ...promotionDraft({ conditions: { customerGroups: ['club'] } }) },
        {
          id: 'prm_may',
          ...promotionDraft({ startsAt: '2030-05-01T00:00:00Z', endsAt: '2030-06-01T00:00:00Z' }),
        },
      ],
      dryRun: false,
    })
    const lines = [{ variantId, quantity: 2 }]
    const address = { country: 'FI' }
    expect(await pricer.testQuote({ lines, address, shippingOptionId: 'parcel' })).toMatchObject({
      currency: 'EUR',
      totals: { subtotal: { amount: 23_800 }, includedTax: { amount: 3878 }, total: { amount: 24_290 } },
      discounts: [],
    })
    const customerId = newId('cus')
    await pricer.saveCustomerTerms({ customerId, groups: ['club'], taxExempt: true, vatNumber: null })
    expect(await pricer.testQuote({ lines, address, customerId })).toMatchObject({
      taxExemption: 'exempt',
      discounts: [{ promotionId: 'prm_club', amount: { amount: 2000 } }],
    })
    const inMay = await pricer.testQuote({ lines, address, at: '2030-05-31T23:59:59Z' })
    expect(inMay.discounts).toMatchObject([{ promotionId: 'prm_may' }])
    const unknown = pricer.testQuote({ lines: [{ variantId: newId('var'), quantity: 1 }], address })
    await expect(unknown).rejects.toMatchObject({ code: 'VARIANT_NOT_FOUND', status: 422 })

    const guest = shop.as({ kind: 'guest' }).pricing
    const delivery = { handover: 'shipping', delivery: '2–4 working days', days: { from: 2, to: 4 } }
    expect(await guest.listDeliveryOptions({ variantId, country: 'FI' })).toEqual({
      country: 'FI',
      items: [{ id: 'parcel', title: 'Parcel', price: { amount: 490, currency: 'EUR' }, ...delivery }],
      problem: null,
    })
    // The shop's home is a part of Spain
    expect(await guest.listDeliveryOptions({ variantId })).toMatchObject({
      country: 'ES',
      items: [{ id: 'ferry' }],
    })
    expect(await guest.listDeliveryOptions({ variantId, country: 'ES' })).toEqual({
      country: 'ES',
      items: [],
      problem: 'addressNotServed',
    })
    expect(await guest.listDeliveryOptions({ variantId, country: 'FR' })).toMatchObject({
      problem: 'countryNotServed',
    })
    expect(await guest.listCountries({})).toEqual({
      items: [
        { code: 'FI', name: 'Finland' },
        { code: 'ES', name: 'Spain' },
      ],
    })
    await expect(guest.listDeliveryOptions({ variantId: newId('var') })).rejects.toMatchObject({
      code: 'VARIANT_NOT_FOUND',
      status: 404,
    })
  })
})
