import { expect, it } from 'vitest'
import { pricing } from '#modules/pricing/contract.ts'
import { createValidator } from '#runtime/call/validator.ts'
import { addressFormat } from '#shared/address-formats.ts'
import { isCountry } from '#shared/countries.ts'
import { openShop } from '#tests/support/shop.ts'
import { readTaxRates, taxZonesOf } from './tax-rates.ts'

const MEMBER_STATES =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')
const groups = await readTaxRates()
const { zones } = taxZonesOf(groups, ['all'])
const percentOf = (zone: (typeof zones)[number], taxClass: string) =>
  zone.rates.find((rate) => rate.taxClass === taxClass)?.percent
/** The zones of a whole country. */
const national = zones.filter(({ areas }) =>
  areas.every(({ region, postalPrefix }) => !region && !postalPrefix),
)

it('each group of rates names its date and its sources', () => {
  for (const { name, date, sources, notes } of groups) {
    expect(date, name).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(new Date(date).getTime(), name).toBeLessThan(Date.now())
    expect(sources.length, name).toBeGreaterThan(0)
    expect(notes.length, name).toBeGreaterThan(0)
  }
})

it('there are rates for each member state of the EU, CH, GB and NO, and 45 states of the US and DC', () => {
  expect(national.map(({ areas }) => areas[0]!.country).sort()).toEqual(
    [...MEMBER_STATES, 'CH', 'GB', 'NO'].sort(),
  )
  const states = zones.flatMap(({ areas }) =>
    areas.flatMap(({ country, region }) => region && `${country}-${region}`),
  )
  expect(states.filter(Boolean)).toHaveLength(46)
  for (const without of ['US-AK', 'US-DE', 'US-MT', 'US-NH', 'US-OR']) expect(states).not.toContain(without)
})

it('areas are countries, states and postal codes that addresses can have, and none occurs twice', () => {
  const areas = zones.flatMap((zone) => zone.areas)
  for (const { country, region } of areas) {
    expect(isCountry(country), country).toBe(true)
    if (region) expect([...addressFormat(country).region.subdivisions.keys()]).toContain(region)
  }
  expect(new Set(areas.map((area) => JSON.stringify(area))).size).toBe(areas.length)
})

it('rates are plausible: within the limits of the EU, and reduced ones below the standard rate', () => {
  for (const zone of zones) {
    const { title, areas, rates, prices } = zone
    const [{ country }] = areas as [{ country: string }]
    expect(prices, title).toBe(country === 'US' ? 'added' : 'included')
    if (rates.length === 0) continue
    const standard = percentOf(zone, 'standard')!
    // Directive 2006/112/EC, articles 97 to 99: 15 % at least, reduced rates 5 %, with exceptions
    if (MEMBER_STATES.includes(country)) expect(standard, title).toBeGreaterThanOrEqual(15)
    if (country === 'US') expect(standard, title).toBeLessThanOrEqual(7.25)
    expect(standard, title).toBeLessThanOrEqual(27)
    expect(standard, title).toBeGreaterThan(0)
    const reduced = percentOf(zone, 'reduced') ?? 5
    const second = percentOf(zone, 'reduced-2') ?? standard - 0.1
    const lowest = percentOf(zone, 'super-reduced') ?? 0
    expect(lowest, title).toBeLessThan(5)
    expect(lowest, title).toBeLessThan(reduced)
    if (rates.length > 1) expect(reduced, title).toBeLessThan(second)
    expect(second, title).toBeLessThan(standard)
    if (MEMBER_STATES.includes(country)) expect(reduced, title).toBeGreaterThanOrEqual(5)
  }
})

it.each([
  ['Germany', 'standard', 19],
  ['Germany', 'reduced', 7],
  ['Finland', 'standard', 25.5],
  ['France', 'super-reduced', 2.1],
  ['Switzerland', 'standard', 8.1],
  ['United States: California', 'standard', 7.25],
  ['United States: Minnesota', 'standard', 6.875],
])('%s has the %s rate %d', (title, taxClass, percent) => {
  expect(percentOf(zones.find((zone) => zone.title === title)!, taxClass)).toBe(percent)
})

it('a country has all its zones, a state its own, and EU those of its member states', () => {
  const titles = (...places: string[]) => taxZonesOf(groups, places).zones.map(({ title }) => title)
  expect(titles('DE')).toEqual(['Germany', 'Germany: Büsingen and Heligoland'])
  expect(titles('US-CA', 'NO')).toEqual(['Norway', 'United States: California'])
  expect(titles('EU')).toHaveLength(31)
  expect(titles('EU', 'DE')).toHaveLength(31)
  expect(() => taxZonesOf(groups, ['DE', 'BR'])).toThrow(/^Cannot load tax rates for "BR": .*AT, BE/)
})

it('the shop accepts all of them, and loading them again changes nothing', async () => {
  expect(
    createValidator(pricing.methods.loadRules.input).problems({ taxZones: zones, dryRun: false }),
  ).toEqual([])
  const shop = await openShop({ modules: ['pricing'], rules: 'none' })
  try {
    const outcomes = async () =>
      new Set(
        (await shop.calls.pricing.loadRules({ taxZones: zones, dryRun: false })).results.map(
          ({ outcome }) => outcome,
        ),
      )
    expect(await outcomes()).toEqual(new Set(['created']))
    expect(await outcomes()).toEqual(new Set(['unchanged']))
  } finally {
    await shop.stop()
  }
})
