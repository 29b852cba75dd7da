import { describe, expect, it } from 'vitest'
import { type Consignment, isServed, servedCountries, shippedWeight, shippingOptionsFor } from './shipping.ts'
import { shippingMethods, zones } from './shipping-table.ts'
import { includedTaxRates } from './tax-table.ts'
import { aLine } from './testing.ts'

const parcel: Consignment = {
  country: 'DE',
  weightGrams: 400,
  goodsPrice: 2000,
  currency: 'EUR',
  paidByCoupon: false,
}

describe('shippingOptionsFor()', () => {
  it.each([
    ['DE', ['standard 490', 'express 1290', 'pickup 0']],
    ['FR', ['standard 990', 'express 2490']],
    ['US', ['standard 1990']],
    ['AQ', []],
  ])('offers these options and prices for deliveries to %s: %s', (country, expected) => {
    expect(prices({ country })).toEqual(expected)
  })

  it.each([
    [5_000, 'standard 490'],
    [5_001, 'standard 790'],
    [15_001, 'standard 1690'],
    [9_000_000, 'standard 1690'],
  ])('charges %i g to DE at the step of its weight: %s', (weightGrams, expected) => {
    expect(prices({ weightGrams })[0]).toBe(expected)
  })

  it('returns one free option if nothing is shipped', () => {
    expect(prices({ weightGrams: undefined })).toEqual(['none 0'])
  })
})

describe('shippedWeight()', () => {
  it('counts every piece that is shipped', () => {
    const lines = [
      aLine({ weightGrams: 300, quantity: 3 }),
      aLine({ weightGrams: 50, requiresShipping: false }),
    ]
    expect(shippedWeight(lines)).toBe(900)
  })

  it('is undefined if no line is shipped, and zero for an empty cart', () => {
    expect(shippedWeight([aLine({ requiresShipping: false })])).toBeUndefined()
    expect(shippedWeight([])).toBe(0)
  })
})

describe('the tables', () => {
  it('list each country once, and have a tax rate exactly for the zones home and union', () => {
    const countries = Object.values(zones).flat()
    expect(new Set(countries).size).toBe(countries.length)
    expect(Object.keys(includedTaxRates).sort()).toEqual([...zones.home, ...zones.union].sort())
    expect(
      servedCountries()
        .map(({ code }) => code)
        .sort(),
    ).toEqual([...countries].sort())
    expect(servedCountries().find(({ code }) => code === 'FR')?.name).toBe('France')
    expect(isServed('AQ')).toBe(false)
  })

  it('have a price for every weight', () => {
    for (const { rates } of shippingMethods) {
      for (const { steps } of Object.values(rates)) {
        expect(steps.at(-1)?.upToGrams).toBe(Number.POSITIVE_INFINITY)
        expect(steps.map((step) => step.upToGrams)).toEqual(
          steps.map((step) => step.upToGrams).sort((a, b) => a - b),
        )
      }
    }
  })
})

function prices(change: Partial<Consignment>): string[] {
  return shippingOptionsFor({ ...parcel, ...change }).map(({ id, price }) => `${id} ${price.amount}`)
}
