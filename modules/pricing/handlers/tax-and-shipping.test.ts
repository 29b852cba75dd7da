import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { aMethod } from '../rules/testing.ts'
import { asStaff, methodFor, taxZoneDraft } from './testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['pricing'], rules: 'none' })
})
afterAll(() => shop.stop())

const invalid = (field: string) => ({ code: 'RULE_INVALID', status: 422, data: { field } })
const rate = (percent: number, taxClass = 'standard') => ({ taxClass, title: 'VAT', percent })

describe('a new shop', () => {
  it('has no taxes, no shipping and no promotions', async () => {
    const staff = asStaff(shop)
    expect(await staff.getTax({})).toEqual({
      settings: { home: null, rounding: 'total', shipping: { by: 'goods' } },
      zones: [],
    })
    expect(await staff.getShipping({})).toEqual({ zones: [], methods: [] })
    expect(await staff.listPromotions({})).toEqual({ items: [], nextCursor: null })
    expect(await staff.listCountries({})).toEqual({ items: [] })
  })
})

describe('saveTaxSettings()', () => {
  const settings = { rounding: 'line', shipping: { by: 'class', taxClass: 'parcels' } } as const

  it('replaces the settings', async () => {
    const saved = { home: { country: 'US', region: 'TX' }, ...settings }
    expect(await asStaff(shop).saveTaxSettings(saved)).toEqual(saved)
    expect((await asStaff(shop).getTax({})).settings).toEqual(saved)
    await asStaff(shop).saveTaxSettings({ home: null, ...settings })
    expect((await asStaff(shop).getTax({})).settings).toEqual({ home: null, ...settings })
  })

  it.each([
    [{ country: 'XX' }, '/home/country'],
    [{ country: 'US', region: 'Bavaria' }, '/home/region'],
    [{ country: 'US', region: 'TX', postalPrefix: '73' }, '/home'],
  ])('refuses %j as home', async (home, field) => {
    await expect(asStaff(shop).saveTaxSettings({ home, ...settings })).rejects.toMatchObject(invalid(field))
  })
})

describe('tax zones', () => {
  it('are created, replaced and deleted', async () => {
    const staff = asStaff(shop)
    const draft = taxZoneDraft({ areas: [{ country: 'FR' }], rates: [rate(20)] })
    const { id, ...created } = await staff.createTaxZone(draft)
    expect(created).toEqual(draft)
    const changed = { ...draft, title: 'France and Monaco', areas: [{ country: 'FR' }, { country: 'MC' }] }
    expect(await staff.saveTaxZone({ zoneId: id, ...changed })).toEqual({ id, ...changed })
    expect((await staff.getTax({})).zones).toEqual([{ id, ...changed }])
    await staff.deleteTaxZone({ zoneId: id })
    await staff.deleteTaxZone({ zoneId: id })
    expect((await staff.getTax({})).zones).toEqual([])
    await expect(staff.saveTaxZone({ zoneId: id, ...changed })).rejects.toMatchObject({
      code: 'RULE_NOT_FOUND',
      status: 404,
    })
  })

  it('cannot have an area that another zone has, or one twice, and stay as they were', async () => {
    const staff = asStaff(shop)
    const spain = await staff.createTaxZone(taxZoneDraft({ title: 'Spain', areas: [{ country: 'ES' }] }))
    const canaries = await staff.createTaxZone(
      taxZoneDraft({ title: 'Canaries', areas: [{ country: 'ES', postalPrefix: '35' }] }),
    )
    const { id: zoneId, ...draft } = canaries
    const taken = [{ country: 'ES', postalPrefix: '35' }, { country: 'ES' }]
    await expect(staff.saveTaxZone({ zoneId, ...draft, areas: taken })).rejects.toMatchObject({
      ...invalid('/areas/1'),
      message: 'Cannot save the zone "Canaries": the area "ES" occurs twice, or belongs to another zone',
    })
    const twice = [
      { country: 'US', region: 'TX' },
      { country: 'US', region: 'Texas' },
    ]
    await expect(staff.createTaxZone(taxZoneDraft({ areas: twice }))).rejects.toMatchObject(
      invalid('/areas/1'),
    )
    expect((await staff.getTax({})).zones).toEqual([spain, canaries])
    for (const { id } of [spain, canaries]) await staff.deleteTaxZone({ zoneId: id })
    // The areas are free again
    const { id } = await staff.createTaxZone(taxZoneDraft({ areas: taken }))
    await staff.deleteTaxZone({ zoneId: id })
  })

  it('get an area once when two are created at the same time', async () => {
    const draft = taxZoneDraft({ areas: [{ country: 'IT' }] })
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => asStaff(shop).createTaxZone(draft)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject(invalid('/areas/0'))
    const { zones } = await asStaff(shop).getTax({})
    expect(zones).toHaveLength(1)
    await asStaff(shop).deleteTaxZone({ zoneId: zones[0]!.id })
  })

  it.each([
    [{ areas: [{ country: 'DE' }, { country: 'XX' }] }, '/areas/1/country'],
    [{ rates: [rate(19), rate(7.12345)] }, '/rates/1/percent'],
  ])('are refused with %j', async (change, field) => {
    await expect(asStaff(shop).createTaxZone(taxZoneDraft(change))).rejects.toMatchObject(invalid(field))
    const saving = asStaff(shop).saveTaxZone({ zoneId: newId('txz'), ...taxZoneDraft(change) })
    await expect(saving).rejects.toMatchObject(invalid(field))
  })

  it.each([
    { areas: [] },
    { rates: [rate(101)] },
    { rates: [rate(5, 'Books')] },
    { areas: [{ country: 'de' }] },
    { areas: [{ country: 'DE', postalPrefix: '1-2' }] },
  ])('are refused by the contract with %j', async (change) => {
    await expect(asStaff(shop).createTaxZone(taxZoneDraft(change))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      status: 400,
    })
  })
})

describe('shipping zones and methods', () => {
  it('are created, replaced and deleted', async () => {
    const staff = asStaff(shop)
    const draft = { title: 'Germany', areas: [{ country: 'DE' }] }
    const zone = await staff.createShippingZone(draft)
    const { id: zoneId } = zone
    expect(zone).toEqual({ id: zoneId, ...draft })
    const second = methodFor(zoneId, { id: 'second', position: 2 })
    const first = methodFor(zoneId, { id: 'first', position: 1 })
    expect(await staff.saveShippingMethod(second)).toEqual(second)
    await staff.saveShippingMethod(first)
    expect(await staff.getShipping({})).toEqual({ zones: [zone], methods: [first, second] })

    const wider = { title: 'Germany and Austria', areas: [{ country: 'DE' }, { country: 'AT' }] }
    expect(await staff.saveShippingZone({ zoneId, ...wider })).toEqual({ id: zoneId, ...wider })
    await staff.saveShippingMethod({ ...second, title: 'Other', position: 0 })
    expect(await staff.getShipping({})).toEqual({
      zones: [{ id: zoneId, ...wider }],
      methods: [{ ...second, title: 'Other', position: 0 }, first],
    })

    await expect(staff.deleteShippingZone({ zoneId })).rejects.toMatchObject({
      code: 'RULE_IN_USE',
      status: 409,
      message: expect.stringContaining('has a rate for it. Remove the rate first'),
    })
    for (const { id } of [first, second, second]) await staff.deleteShippingMethod({ id })
    await staff.deleteShippingZone({ zoneId })
    await staff.deleteShippingZone({ zoneId })
    expect(await staff.getShipping({})).toEqual({ zones: [], methods: [] })
    await expect(staff.saveShippingZone({ zoneId, ...wider })).rejects.toMatchObject({
      code: 'RULE_NOT_FOUND',
    })
  })

  it('cannot share an area, but one with a tax zone', async () => {
    const staff = asStaff(shop)
    const areas = [{ country: 'PL' }]
    const { id: taxZoneId } = await staff.createTaxZone(taxZoneDraft({ areas }))
    const { id: zoneId } = await staff.createShippingZone({ title: 'Poland', areas })
    const again = staff.createShippingZone({ title: 'Again', areas: [{ country: 'CZ' }, ...areas] })
    await expect(again).rejects.toMatchObject(invalid('/areas/1'))
    await staff.deleteShippingZone({ zoneId })
    await staff.deleteTaxZone({ zoneId: taxZoneId })
  })

  it('are refused when a method contradicts itself or names no zone', async () => {
    const staff = asStaff(shop)
    const saving = staff.saveShippingMethod(
      aMethod({ rates: [{ ...aMethod().rates[0]!, zoneId: newId('shz') }] }),
    )
    await expect(saving).rejects.toMatchObject(invalid('/rates/0/zoneId'))
    await expect(staff.saveShippingMethod(aMethod({ id: 'none', rates: [] }))).rejects.toMatchObject(
      invalid('/id'),
    )
    expect((await staff.getShipping({})).methods).toEqual([])
  })

  it('never keep a rate for a zone that is deleted at the same time', async () => {
    const staff = asStaff(shop)
    for (let round = 0; round < 10; round++) {
      const { id: zoneId } = await staff.createShippingZone({ title: 'DK', areas: [{ country: 'DK' }] })
      const [saved, deleted] = await Promise.allSettled([
        staff.saveShippingMethod(methodFor(zoneId)),
        staff.deleteShippingZone({ zoneId }),
      ])
      expect([saved.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected'])
      await staff.deleteShippingMethod({ id: 'parcel' })
      await staff.deleteShippingZone({ zoneId })
    }
  })
})
