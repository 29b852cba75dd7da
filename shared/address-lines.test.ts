import { expect, it } from 'vitest'
import { addressLines, localityLines } from './address-lines.ts'

it('addressLines() formats an address for a parcel and skips missing parts', () => {
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
    'London',
    'SW1Y 4JH',
    'United Kingdom',
  ])
  expect(addressLines({ ...ada, company: 'Engines Ltd', line2: 'Flat 2', region: ' ' })).toEqual([
    'Ada Lovelace',
    'Engines Ltd',
    '12 St James’s Square',
    'Flat 2',
    'London',
    'SW1Y 4JH',
    'United Kingdom',
  ])
})

it('addressLines() has no line for a missing postal code', () => {
  const kowloon = { name: 'Ada', line1: '1 Nathan Road', city: 'Kowloon', country: 'HK' }
  expect(addressLines(kowloon)).toEqual(['Ada', '1 Nathan Road', 'Kowloon', 'Hong Kong SAR China'])
})

it('addressLines() keeps the code of a country that has no name', () => {
  const nowhere = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'QX' }
  expect(addressLines(nowhere).at(-1)).toBe('QX')
})

it.each([
  [
    { city: 'San Francisco', postalCode: '94016', region: 'california', country: 'US' },
    ['San Francisco, CA 94016'],
  ],
  [{ city: 'Ottawa', postalCode: 'K1A 0B1', region: 'on', country: 'CA' }, ['Ottawa, ON K1A 0B1']],
  [{ city: 'Sydney', postalCode: '2000', region: 'New South Wales', country: 'AU' }, ['Sydney NSW 2000']],
  [{ city: 'New York', postalCode: '10001', country: 'US' }, ['New York, 10001']],
  [
    { city: 'Dublin', postalCode: 'D02 X285', region: 'Dublin', country: 'IE' },
    ['Dublin', 'Dublin', 'D02 X285'],
  ],
  [{ city: 'Wellington', postalCode: '6011', country: 'NZ' }, ['Wellington 6011']],
  [{ city: 'Milano', postalCode: '20121', region: 'MI', country: 'IT' }, ['20121 Milano', 'MI']],
])('localityLines() of %o returns %o', (place, lines) => {
  expect(localityLines({ name: 'A', line1: 'B', ...place })).toEqual(lines)
})
