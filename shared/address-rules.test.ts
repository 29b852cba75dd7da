import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressFormat } from './address-formats.ts'
import { addressFailure, addressProblems, normaliseAddress } from './address-rules.ts'
import { countryCodes, countryName, isCountry } from './countries.ts'
import { exampleAddress } from './testing.ts'

const problemsOf = (address: Parameters<typeof addressProblems>[0]) =>
  addressProblems(address).map(({ member }) => member)

describe('countryCodes', () => {
  it('are the codes that ISO 3166-1 assigns', () => {
    expect(countryCodes).toHaveLength(249)
    expect(new Set(countryCodes).size).toBe(249)
    expect(countryCodes.toSorted()).toEqual(countryCodes)
    for (const code of countryCodes) expect(countryName(code)).not.toBe(code)
    for (const code of ['XX', 'UK', 'EU', 'XK', 'ZZ', 'AN', 'de', '', 'DEU'])
      expect(isCountry(code)).toBe(false)
  })
})

describe('addressProblems()', () => {
  it('accepts an example of every country', () => {
    for (const country of countryCodes)
      expect([country, addressProblems(exampleAddress(country))]).toEqual([country, []])
  })

  it('accepts every postal code format of a country, in any case and with or without spaces', () => {
    const codes = countryCodes.flatMap((country) =>
      addressFormat(country).postalCode.examples.map((postalCode) => ({ country, postalCode })),
    )
    const written = fc.tuple(
      fc.constantFrom(...codes),
      fc.constantFrom(
        (code: string) => code,
        (code: string) => code.toLowerCase(),
        (code: string) => code.replaceAll(' ', ''),
        (code: string) => ` ${code} `,
      ),
    )
    fc.assert(
      fc.property(written, ([{ country, postalCode }, write]) => {
        const address = { ...exampleAddress(country), postalCode: write(postalCode) }
        expect(addressProblems(address)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses postal codes in a format that the country does not have', () => {
    const countriesWithFormats = countryCodes.filter(
      (country) => addressFormat(country).postalCode.examples.length > 0,
    )
    for (const country of countriesWithFormats) {
      for (const postalCode of ['ABC', '1', '12345678901', '-', '??']) {
        const address = { ...exampleAddress(country), postalCode }
        expect([country, postalCode, problemsOf(address)]).toEqual([country, postalCode, ['postalCode']])
      }
    }
  })

  it.each<[string, Record<string, string>]>([
    ['Hong Kong without a postal code', { country: 'HK', city: 'Kowloon' }],
    [
      'Hong Kong with a postal code that other web forms demand',
      { country: 'HK', city: 'Kowloon', postalCode: '999077' },
    ],
    ['the United Arab Emirates with an emirate', { country: 'AE', region: 'Dubai' }],
    ['Ireland without an Eircode', { country: 'IE' }],
    ['Ireland with an Eircode', { country: 'IE', postalCode: 'D6W XY00' }],
    ['Latvia with its country code in front', { country: 'LV', postalCode: 'LV-1010' }],
    ['a British code in lower case', { country: 'GB', postalCode: 'sw1y4jh' }],
    ['Japanese digits', { country: 'JP', postalCode: '１００-０００１', region: '東京都' }],
    ['a state by its code', { country: 'US', postalCode: '94105', region: 'ca' }],
    ['a state by its name', { country: 'US', postalCode: '94105-1234', region: 'California' }],
    ['a state with dots', { country: 'US', postalCode: '20500', region: 'D.C.' }],
    ['a province with an accent', { country: 'CA', postalCode: 'H2X 1Y4', region: 'Québec' }],
    ['the armed forces', { country: 'US', postalCode: '09012', region: 'AE' }],
    ['a name in any script', { country: 'DE', postalCode: '10115', name: '山田 太郎' }],
    ['a blank region in a country without regions', { country: 'FR', postalCode: '75002', region: ' ' }],
  ])('accepts %s', (_what, address) => {
    expect(addressProblems({ ...place, ...address })).toEqual([])
  })

  it.each<[string, Record<string, string>, string, string]>([
    [
      'the US without a state',
      { country: 'US', postalCode: '10001' },
      'region',
      'Enter the state: addresses in this country need one (United States)',
    ],
    [
      'an unknown state',
      { country: 'US', postalCode: '10001', region: 'Bavaria' },
      'region',
      'Check the state: enter its name or code, such as Alabama or AL',
    ],
    [
      'an unknown country',
      { country: 'XX', postalCode: '1' },
      'country',
      'Choose a country: "XX" is not an ISO 3166-1 code',
    ],
    ['no country', {}, 'country', 'Choose a country'],
    [
      'France with "CA"',
      { country: 'FR', postalCode: '75002', region: 'CA' },
      'region',
      'Remove the state or region, or change the country: addresses in this country have none (France)',
    ],
    [
      'a German code "ABC"',
      { country: 'DE', postalCode: 'ABC' },
      'postalCode',
      'Check the postal code: it should look like 10115 (Germany)',
    ],
    [
      'Germany without a code',
      { country: 'DE' },
      'postalCode',
      'Enter the postal code, such as 10115 (Germany)',
    ],
    [
      'the US with a code of spaces',
      { country: 'US', region: 'NY', postalCode: '\u200b ' },
      'postalCode',
      'Enter the ZIP code, such as 10001 (United States)',
    ],
    ['a name of zero-width spaces', { country: 'HK', name: '\u200b\u200b' }, 'name', 'Enter the full name'],
    ['a name of Hangul fillers', { country: 'HK', name: 'ㅤㅤ' }, 'name', 'Enter the full name'],
    [
      'a street of no-break spaces',
      { country: 'HK', line1: '\u00a0' },
      'line1',
      'Enter the street and number',
    ],
    ['a city of direction marks', { country: 'HK', city: '\u200e\u202e' }, 'city', 'Enter the town or city'],
    [
      'a region of zero-width spaces where a region is required',
      { country: 'CA', postalCode: 'K1A 0B1', region: '\u2060' },
      'region',
      'Enter the province or territory: addresses in this country need one (Canada)',
    ],
  ])('refuses %s', (_what, address, member, message) => {
    expect(addressProblems({ ...place, ...address })).toEqual([{ member, message }])
  })

  it('lists all problems in the order of the fields', () => {
    expect(problemsOf({})).toEqual(['country', 'name', 'line1', 'city'])
    expect(problemsOf({ country: 'US' })).toEqual(['name', 'line1', 'postalCode', 'city', 'region'])
  })

  it('never throws, and no message contains "undefined", for any input', () => {
    const unusual = fc.constantFrom('\0', '\ud800', '\u200b\u2800', '$&', '(', '٣٣٣٣٣')
    const text = fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), unusual), { nil: undefined })
    const anything = fc.record({
      ...{ name: text, line1: text, city: text, region: text, postalCode: text },
      country: fc.oneof(fc.constantFrom(...countryCodes), fc.string()),
    })
    fc.assert(
      fc.property(anything, (address) => {
        for (const { message } of addressProblems(address)) expect(message).not.toContain('undefined')
      }),
    )
  })
})

describe('normaliseAddress()', () => {
  it.each([
    ['DE', ' 10115 ', '10115'],
    ['DE', '１０１１５', '10115'],
    ['GB', 'sw1a1aa', 'SW1A 1AA'],
    ['GB', 'M1  1ae', 'M1 1AE'],
    ['NL', '1012ab', '1012 AB'],
    ['US', '100011234', '10001-1234'],
    ['US', '10001', '10001'],
    ['JP', '１００−０００１', '100-0001'],
    ['CZ', '11000', '110 00'],
    ['LV', 'lv 1010', 'LV-1010'],
    ['IE', 'd6wxy00', 'D6W XY00'],
  ])('formats the postal code in %s "%s" as "%s"', (country, postalCode, formatted) => {
    expect(normaliseAddress({ ...exampleAddress(country), postalCode }).postalCode).toBe(formatted)
  })

  it('formats the codes of all countries in their layout, in any case and without separators', () => {
    for (const country of countryCodes) {
      for (const example of addressFormat(country).postalCode.examples) {
        const format = (postalCode: string) =>
          normaliseAddress({ ...exampleAddress(country), postalCode }).postalCode
        expect(format(example)).toBe(example)
        const typed = ` ${example.toLowerCase().replaceAll(/[ -]/g, '')} `
        expect([country, example, format(typed)]).toEqual([country, example, example])
        expect(format(format(typed)!)).toBe(example)
      }
    }
  })

  it('drops empty members and surrounding spaces', () => {
    const typed = {
      name: ' Ada ',
      company: '',
      line1: 'Street 1 ',
      line2: ' ',
      city: ' Town',
      region: '',
      phone: '',
    }
    expect(normaliseAddress({ ...typed, postalCode: '', country: 'HK' })).toEqual({
      name: 'Ada',
      line1: 'Street 1',
      city: 'Town',
      country: 'HK',
    })
  })
})

describe('addressFailure()', () => {
  it('locates each problem with a JSON Pointer', () => {
    expect(
      addressFailure({
        '/shippingAddress': exampleAddress('DE'),
        '/billingAddress': { ...place, country: 'DE', postalCode: 'ABC' },
      }),
    ).toEqual({
      message:
        'Cannot use the address: /billingAddress/postalCode: Check the postal code: it should look like 10115 (Germany)',
      data: {
        fields: [
          {
            field: '/billingAddress/postalCode',
            message: 'Check the postal code: it should look like 10115 (Germany)',
          },
        ],
      },
    })
  })

  it('returns undefined for valid and missing addresses', () => {
    expect(addressFailure({ '': exampleAddress('US'), '/billingAddress': undefined })).toBeUndefined()
  })
})

const place = { name: 'Ada Byron', line1: '1 High Street', city: 'Town' }
