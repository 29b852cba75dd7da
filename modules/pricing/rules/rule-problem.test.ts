import { describe, expect, it } from 'vitest'
import type { Area, Promotion, ShippingMethod, TaxZone } from '../schemas.ts'
import { problemOfLoaded } from './loaded-problem.ts'
import {
  problemOfAreas,
  problemOfHome,
  problemOfMethod,
  problemOfPromotion,
  problemOfTaxZone,
} from './rule-problem.ts'
import { aMethod, aPromotion, aTaxZone, DE_ZONE, someRules } from './testing.ts'

const zoneIds = new Set([DE_ZONE])

describe('problemOfAreas()', () => {
  it.each<[Area[], string | undefined]>([
    [
      [{ country: 'DE' }, { country: 'ES', postalPrefix: '35' }, { country: 'US', region: 'Texas' }],
      undefined,
    ],
    [[{ country: 'DE' }, { country: 'XX' }], '/areas/1/country'],
    [[{ country: 'US', region: 'TX', postalPrefix: '73' }], '/areas/0'],
    [[{ country: 'US', region: 'Bavaria' }], '/areas/0/region'],
    // Addresses in Germany have no region
    [[{ country: 'DE', region: 'Bavaria' }], '/areas/0/region'],
    [[{ country: 'IT', region: '—' }], '/areas/0/region'],
  ])('of %j: %s', (areas, field) => {
    expect(problemOfAreas(areas)?.field).toBe(field)
  })

  it('of the home', () => {
    expect(problemOfHome(null)).toBeUndefined()
    expect(problemOfHome({ country: 'DE' })).toBeUndefined()
    expect(problemOfHome({ country: 'XX' })).toEqual({
      field: '/home/country',
      message: '"XX" is not a country of ISO 3166-1',
    })
  })
})

describe('problemOfTaxZone()', () => {
  const rate = (percent: number) => ({ taxClass: 'standard', title: 'VAT', percent })
  it.each<[Partial<TaxZone>, string | undefined]>([
    [{ rates: [rate(8.875), rate(0), rate(0.0001), rate(100), rate(33.3333)] }, undefined],
    [{ rates: [rate(19), rate(8.87512)] }, '/rates/1/percent'],
    [{ areas: [{ country: 'XX' }] }, '/areas/0/country'],
  ])('of %j: %s', (change, field) => {
    expect(problemOfTaxZone(aTaxZone(change))?.field).toBe(field)
  })
})

describe('problemOfMethod()', () => {
  const [rate] = aMethod().rates
  const withBands = (...limits: (number | null)[]): Partial<ShippingMethod> => ({
    rates: [{ ...rate!, bands: limits.map((upTo) => ({ upTo, amount: 1 })) }],
  })
  it.each<[Partial<ShippingMethod>, string | undefined]>([
    [{}, undefined],
    [{ rates: [] }, undefined],
    [withBands(1, 2, null), undefined],
    [withBands(5), undefined],
    [{ id: 'none' }, '/id'],
    [{ rates: [{ ...rate!, zoneId: 'shz_other' }] }, '/rates/0/zoneId'],
    [{ rates: [rate!, rate!] }, '/rates/1/zoneId'],
    [{ rates: [{ ...rate!, days: { from: 4, to: 2 } }] }, '/rates/0/days'],
    [withBands(5, 5), '/rates/0/bands/1/upTo'],
    [withBands(5, 2), '/rates/0/bands/1/upTo'],
    [withBands(null, 5), '/rates/0/bands/1/upTo'],
    [withBands(null, null), '/rates/0/bands/1/upTo'],
  ])('of %j: %s', (change, field) => {
    expect(problemOfMethod(aMethod(change), zoneIds)?.field).toBe(field)
  })
})

describe('problemOfPromotion()', () => {
  const none = { productIds: [], categories: [] }
  const percentOff = (percent: number) => ({ kind: 'percentOff' as const, percent })
  it.each<[Partial<Promotion>, string | undefined]>([
    [{}, undefined],
    [{ startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' }, undefined],
    [{ startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' }, '/endsAt'],
    [{ conditions: { schedule: { timeZone: 'Europe/Bärlin' } } }, '/conditions/schedule/timeZone'],
    [{ conditions: { schedule: { timeZone: 'UTC', hours: { from: '22:00', to: '06:00' } } } }, undefined],
    [
      { conditions: { schedule: { timeZone: 'UTC', hours: { from: '08:00', to: '08:00' } } } },
      '/conditions/schedule/hours',
    ],
    [{ conditions: { countries: ['DE', 'XX'] } }, '/conditions/countries/1'],
    [{ conditions: { goods: none } }, '/conditions/goods'],
    [{ effect: { kind: 'freeShipping' } }, undefined],
    [{ effect: { kind: 'reduce', reduction: percentOff(0.00001) } }, '/effect/reduction/percent'],
    [{ effect: { kind: 'reduce', reduction: percentOff(1), goods: none } }, '/effect/goods'],
    [
      {
        effect: {
          kind: 'tiers',
          by: 'pieces',
          tiers: [
            { from: 5, reduction: percentOff(5) },
            { from: 5, reduction: percentOff(6) },
          ],
        },
      },
      '/effect/tiers/1/from',
    ],
    [
      {
        effect: {
          kind: 'tiers',
          by: 'amount',
          tiers: [
            { from: 5, reduction: percentOff(5) },
            { from: 6, reduction: percentOff(6.00001) },
          ],
        },
      },
      '/effect/tiers/1/reduction/percent',
    ],
    [
      {
        effect: { kind: 'tiers', by: 'amount', tiers: [{ from: 5, reduction: percentOff(5) }], goods: none },
      },
      '/effect/goods',
    ],
    [buyGet({ percent: 12.34567 }), '/effect/get/percent'],
    [buyGet({ goods: none }), '/effect/get/goods'],
    [buyGet({}, { goods: none }), '/effect/buy/goods'],
  ])('of %j: %s', (change, field) => {
    expect(problemOfPromotion(aPromotion(change))?.field).toBe(field)
  })

  function buyGet(get: object, buy: object = {}): Partial<Promotion> {
    return {
      effect: {
        kind: 'buyGet',
        buy: { pieces: 1, ...buy },
        get: { pieces: 1, percent: 100, ...get },
        times: null,
      },
    }
  }
})

describe('problemOfLoaded()', () => {
  const [zone] = someRules().shippingZones
  const nothing = {
    settings: undefined,
    taxZones: [],
    shippingZones: [],
    shippingMethods: [],
    promotions: [],
  }
  const bad = aTaxZone({ areas: [{ country: 'XX' }] })

  it('accepts a method for a zone of the same file, or of the shop', () => {
    expect(problemOfLoaded({ ...nothing, shippingZones: [zone!], shippingMethods: [aMethod()] }, [])).toBe(
      undefined,
    )
    expect(problemOfLoaded({ ...nothing, shippingMethods: [aMethod()] }, [zone!])).toBeUndefined()
  })

  it.each([
    ['tax settings', { settings: { ...someRules().tax, home: { country: 'XX' } } }, '/settings/home/country'],
    ['a tax zone', { taxZones: [aTaxZone(), bad] }, '/taxZones/1/areas/0/country'],
    ['a tax zone twice', { taxZones: [aTaxZone(), aTaxZone()] }, '/taxZones/1/areas'],
    [
      'a shipping zone',
      { shippingZones: [{ ...zone!, areas: bad.areas }] },
      '/shippingZones/0/areas/0/country',
    ],
    ['a method without its zone', { shippingMethods: [aMethod()] }, '/shippingMethods/0/rates/0/zoneId'],
    [
      'a promotion',
      { promotions: [aPromotion({ conditions: { countries: ['XX'] } })] },
      '/promotions/0/conditions/countries/0',
    ],
    ['a promotion twice', { promotions: [aPromotion(), aPromotion()] }, '/promotions/1/id'],
  ])('points to %s', (_title, change, field) => {
    expect(problemOfLoaded({ ...nothing, ...change }, [])?.field).toBe(field)
  })
})
