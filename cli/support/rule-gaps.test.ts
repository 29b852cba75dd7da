import { expect, it } from 'vitest'
import { findingsOf, type RuleGaps, warningOf } from './rule-gaps.ts'

const complete: RuleGaps = {
  areUnset: false,
  methods: 2,
  taxZones: 1,
  countries: ['DE'],
  untaxedCountries: [],
  products: 'unknown',
}
const nothing: RuleGaps = {
  areUnset: true,
  methods: 0,
  taxZones: 0,
  countries: [],
  untaxedCountries: [],
  products: 'none',
}
const states = (gaps: RuleGaps) => findingsOf(gaps).map(({ about, state }) => `${about} ${state}`)

it('warns at the start of a shop that has products and no rules to sell them, and says what to do', () => {
  expect(warningOf({ ...nothing, products: 'goods' })).toMatch(
    /^No shipping method is set, .* no tax zone, .*"pando rules load FILE"/,
  )
  expect(warningOf({ ...nothing, areUnset: false, taxZones: 1, products: 'goods' })).not.toContain('tax zone')
  expect(warningOf({ ...nothing, products: 'not shipped' })).toMatch(/^No tax zone is set, .*tax-rates/)
})

it('does not warn without products, with a shipping method, or when nothing is shipped and rules were set', () => {
  expect(warningOf(nothing)).toBeUndefined()
  expect(warningOf(complete)).toBeUndefined()
  expect(warningOf({ ...nothing, areUnset: false, products: 'not shipped' })).toBeUndefined()
})

it('finds a missing shipping method, which is a problem only if goods are shipped', () => {
  expect(states(complete)).toEqual(['shipping ok', 'taxes ok'])
  expect(states({ ...nothing, products: 'goods' })).toEqual(['shipping wrong', 'taxes note'])
  expect(states(nothing)).toEqual(['shipping note', 'taxes note'])
})

it('names the countries that goods are shipped to and that have no tax zone', () => {
  const codes = ['AU', 'CA', 'CH', 'GB', 'HK', 'IS', 'JP', 'KR', 'LI', 'NO', 'NZ']
  const [, taxes] = findingsOf({ ...complete, countries: ['DE', ...codes], untaxedCountries: codes })
  expect(taxes).toMatchObject({ state: 'note', text: expect.stringContaining('to 11 countries without') })
  expect(taxes!.text).toMatch(/: Australia, Canada, .*Norway and 1 more$/)
})
