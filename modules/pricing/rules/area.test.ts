import { describe, expect, it } from 'vitest'
import type { Area, QuoteAddress } from '../schemas.ts'
import { areaKey, indexAreas } from './area.ts'

const areas: Record<string, Area> = {
  Spain: { country: 'ES' },
  Canaries: { country: 'ES', postalPrefix: '35' },
  'a street in the Canaries': { country: 'ES', postalPrefix: '35001' },
  Texas: { country: 'US', region: 'TX' },
  California: { country: 'US', region: 'California' },
  Canada: { country: 'CA' },
  Quebec: { country: 'CA', region: 'QC' },
  Tokyo: { country: 'JP', region: 'Tōkyō' },
  Riga: { country: 'LV', postalPrefix: 'LV-10' },
  Belfast: { country: 'GB', postalPrefix: 'BT1' },
  Britain: { country: 'GB' },
}

const index = indexAreas(Object.entries(areas), ([, area]) => [area])

describe('the area of an address', () => {
  it.each<[QuoteAddress, string | undefined]>([
    [{ country: 'ES' }, 'Spain'],
    [{ country: 'ES', postalCode: '28001' }, 'Spain'],
    [{ country: 'ES', postalCode: '35002' }, 'Canaries'],
    [{ country: 'ES', postalCode: '35001' }, 'a street in the Canaries'],
    // A shorter code than the longest prefix
    [{ country: 'ES', postalCode: '3' }, 'Spain'],
    [{ country: 'US', region: 'TX' }, 'Texas'],
    [{ country: 'US', region: 'texas' }, 'Texas'],
    [{ country: 'US', region: ' Tx. ' }, 'Texas'],
    [{ country: 'US', region: 'CA' }, 'California'],
    [{ country: 'US', region: 'NY' }, undefined],
    [{ country: 'US' }, undefined],
    [{ country: 'CA', region: 'Québec' }, 'Quebec'],
    [{ country: 'CA', region: 'ON' }, 'Canada'],
    [{ country: 'JP', region: 'TOKYO' }, 'Tokyo'],
    [{ country: 'LV', postalCode: '1010' }, 'Riga'],
    [{ country: 'LV', postalCode: 'LV-1010' }, 'Riga'],
    [{ country: 'LV', postalCode: 'LV-2010' }, undefined],
    [{ country: 'GB', postalCode: 'bt1 1aa' }, 'Belfast'],
    [{ country: 'GB', postalCode: 'BT1-1AA' }, 'Belfast'],
    [{ country: 'GB', postalCode: 'B1 1AA' }, 'Britain'],
    [{ country: 'FR', postalCode: '35001' }, undefined],
  ])('%j is in %s', (address, name) => {
    expect(index.find(address)?.[0]).toBe(name)
  })
})

describe('areaKey()', () => {
  it.each<[Area, Area]>([
    [
      { country: 'US', region: 'TX' },
      { country: 'US', region: 'Texas' },
    ],
    [
      { country: 'CA', region: 'QC' },
      { country: 'CA', region: 'Québec' },
    ],
    [
      { country: 'LV', postalPrefix: 'LV10' },
      { country: 'LV', postalPrefix: '10' },
    ],
  ])('is the same for %j and %j', (one, other) => {
    expect(areaKey(one)).toBe(areaKey(other))
  })

  it('differs between a country, its regions and its postal codes', () => {
    const keys = [
      { country: 'US' },
      { country: 'US', region: 'TX' },
      { country: 'US', region: 'CA' },
      { country: 'US', postalPrefix: '9' },
      { country: 'US', postalPrefix: '90' },
      { country: 'CA' },
    ].map(areaKey)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
