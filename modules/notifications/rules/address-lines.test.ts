import { expect, it } from 'vitest'
import { addressLines } from './address-lines.ts'

it('addressLines() writes an address as on a parcel, without what is missing', () => {
  const ada = {
    name: 'Ada Lovelace',
    line1: '12 St James’s Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  }
  expect(addressLines(ada)).toEqual([
    'Ada Lovelace',
    '12 St James’s Square',
    'SW1Y 4JH London',
    'United Kingdom',
  ])
  expect(addressLines({ ...ada, company: 'Engines Ltd', line2: 'Flat 2', region: ' ' })).toEqual([
    'Ada Lovelace',
    'Engines Ltd',
    '12 St James’s Square',
    'Flat 2',
    'SW1Y 4JH London',
    'United Kingdom',
  ])
})

it('addressLines() needs no postal code', () => {
  const kowloon = { name: 'Ada', line1: '1 Nathan Road', city: 'Kowloon', country: 'HK' }
  expect(addressLines(kowloon)).toEqual(['Ada', '1 Nathan Road', 'Kowloon', 'Hong Kong SAR China'])
})

it('addressLines() keeps the code of a country that has no name', () => {
  const nowhere = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'QX' }
  expect(addressLines(nowhere).at(-1)).toBe('QX')
})
