import { describe, expect, it } from 'vitest'
import { countryOfVatNumber, normaliseVatNumber } from './vat-number.ts'

describe('countryOfVatNumber()', () => {
  it.each([
    ['DE136695976', 'DE'],
    ['de 136 695 976', 'DE'],
    ['FR40303265045', 'FR'],
    ['ATU13585627', 'AT'],
    ['NL004495445B01', 'NL'],
    ['IE6433435F', 'IE'],
    // Greece uses EL, Northern Ireland XI
    ['EL094259216', 'GR'],
    ['XI980780684', 'GB'],
    ['GB980780684', 'GB'],
    ['CHE-136.695.976', undefined],
    // The checksum is wrong
    ['DE136695975', undefined],
    ['FR41303265045', undefined],
    ['EL094259217', undefined],
    ['XI980780685', undefined],
    // The form is wrong
    ['DE1366959', undefined],
    ['136695976', undefined],
    ['GR094259216', undefined],
    ['XX136695976', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('of %j is %s', (number, country) => {
    expect(countryOfVatNumber(number)).toBe(country)
  })
})

it.each([
  [' de 136.695-976 ', 'DE136695976'],
  ['ATU13585627', 'ATU13585627'],
])('normaliseVatNumber(%j) is %s', (typed, number) => {
  expect(normaliseVatNumber(typed)).toBe(number)
})
