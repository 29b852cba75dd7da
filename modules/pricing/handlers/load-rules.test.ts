import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { aPromotion } from '../rules/testing.ts'
import { asStaff, methodFor, taxZoneDraft } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['pricing'], rules: 'none' })
})
afterAll(() => shop.stop())

type Input = Parameters<TestShop['calls']['pricing']['loadRules']>[0]

const north = { id: 'shz_north', title: 'North', areas: [{ country: 'NO' }] }
const south = { id: 'shz_south', title: 'South', areas: [{ country: 'IT' }] }
const rules = {
  settings: { home: { country: 'IT' }, rounding: 'line', shipping: { by: 'goods' } },
  taxZones: [
    taxZoneDraft({ title: 'Italy', areas: [{ country: 'IT' }] }),
    taxZoneDraft({ title: 'Americas', areas: [{ country: 'US', region: 'TX' }, { country: 'CA' }] }),
  ],
  shippingZones: [north, south],
  shippingMethods: [methodFor('shz_north')],
  promotions: [aPromotion({ id: 'prm_loaded', trigger: { by: 'code', code: 'LOADED' } })],
} satisfies Omit<Input, 'dryRun'>

const load = (change: Partial<Input> = {}) =>
  shop.calls.pricing.loadRules({ ...rules, dryRun: false, ...change })

async function everything() {
  const staff = asStaff(shop)
  const [tax, shipping, promotions] = await Promise.all([
    staff.getTax({}),
    staff.getShipping({}),
    staff.listPromotions({}),
  ])
  return { tax, shipping, promotions }
}

async function outcomes(change: Partial<Input> = {}) {
  return (await load(change)).results.map(({ title, outcome }) => `${title}: ${outcome}`)
}

describe('loadRules()', () => {
  it('reports without a change in a dry run, then adds all rules', async () => {
    const before = await everything()
    const created = [
      'Italy: created',
      'Americas: created',
      'North: created',
      'South: created',
      'Parcel: created',
      '10 % off: created',
    ]
    expect(await outcomes({ dryRun: true })).toEqual(created)
    expect(await everything()).toEqual(before)
    expect(await outcomes()).toEqual(created)
    const { tax, shipping, promotions } = await everything()
    expect(tax.settings).toEqual(rules.settings)
    expect(tax.zones.map(({ id: _, ...draft }) => draft)).toEqual(expect.arrayContaining(rules.taxZones))
    expect(shipping).toEqual({ zones: rules.shippingZones, methods: rules.shippingMethods })
    expect(promotions.items).toMatchObject(rules.promotions)
  })

  it('replaces what has the same id, and tax zones with the same areas in any order and spelling', async () => {
    const americas = { ...rules.taxZones[1]!, areas: [{ country: 'CA' }, { country: 'US', region: 'Texas' }] }
    const before = await everything()
    const changed = await outcomes({
      taxZones: [rules.taxZones[0]!, { ...americas, rates: [] }],
      shippingMethods: [{ ...rules.shippingMethods[0]!, title: 'By mule' }],
    })
    expect(changed).toEqual([
      'Italy: unchanged',
      'Americas: updated',
      'North: unchanged',
      'South: unchanged',
      'By mule: updated',
      '10 % off: unchanged',
    ])
    const after = await everything()
    expect(after.tax.zones.map(({ id }) => id).sort()).toEqual(before.tax.zones.map(({ id }) => id).sort())
    await load()
  })

  it('lets zones exchange their areas', async () => {
    const exchanged = [
      { ...north, areas: south.areas },
      { ...south, areas: north.areas },
    ]
    await load({ shippingZones: exchanged })
    expect((await asStaff(shop).getShipping({})).zones).toEqual(exchanged)
    await load()
  })

  it.each<[string, Partial<Input>, string]>([
    ['a wrong home', { settings: { ...rules.settings, home: { country: 'XX' } } }, '/settings/home/country'],
    [
      'a tax zone with an area of another one',
      { taxZones: [rules.taxZones[0]!, taxZoneDraft({ areas: [{ country: 'FR' }, { country: 'CA' }] })] },
      '/taxZones/1/areas/1',
    ],
    ['a tax zone twice', { taxZones: [rules.taxZones[0]!, rules.taxZones[0]!] }, '/taxZones/1/areas'],
    [
      'shipping zones that share an area',
      { shippingZones: [north, { ...south, areas: [{ country: 'IT' }, { country: 'NO' }] }] },
      '/shippingZones/1/areas/1',
    ],
    [
      'a method for an unknown zone',
      { shippingMethods: [methodFor('shz_nowhere')] },
      '/shippingMethods/0/rates/0/zoneId',
    ],
    [
      'a code that another promotion has',
      { promotions: [aPromotion({ id: 'prm_other', trigger: { by: 'code', code: 'LOADED' } })] },
      '/promotions/0/trigger/code',
    ],
  ])('refuses %s, also in a dry run, and changes nothing', async (_title, change, field) => {
    const before = await everything()
    const invalid = { code: 'RULE_INVALID', status: 422, data: { field } }
    await expect(load({ ...change, dryRun: true })).rejects.toMatchObject(invalid)
    await expect(load(change)).rejects.toMatchObject(invalid)
    expect(await everything()).toEqual(before)
  })
})
