import { expect, it } from 'vitest'
import { ruleSetOf } from './rule-set.ts'
import { taxExemptionOf } from './tax-exemption.ts'
import { aTaxZone, someRules } from './testing.ts'

const FRENCH = 'FR40303265045'
const GERMAN = 'DE136695976'

const rules = ruleSetOf(
  someRules({
    tax: { home: { country: 'DE' }, rounding: 'total', shipping: { by: 'goods' } },
    taxZones: [
      aTaxZone({ id: 'txz_1', areas: [{ country: 'DE' }], reverseCharge: true }),
      aTaxZone({ id: 'txz_2', areas: [{ country: 'FR' }], reverseCharge: true }),
      aTaxZone({ id: 'txz_3', areas: [{ country: 'GR' }], reverseCharge: true }),
      aTaxZone({ id: 'txz_4', areas: [{ country: 'GB', postalPrefix: 'BT' }], reverseCharge: true }),
      aTaxZone({ id: 'txz_5', areas: [{ country: 'GB' }], reverseCharge: false }),
    ],
  }),
)
const withoutHome = { ...rules, tax: { ...rules.tax, home: null } }
const terms = { customerId: 'cus_1', groups: [], taxExempt: false, vatNumber: null }
const france = { country: 'FR' }

it.each([
  ['a customer who is exempt', rules, france, { ...terms, taxExempt: true }, undefined, 'exempt'],
  ['an exempt customer without an address', rules, null, { ...terms, taxExempt: true }, undefined, 'exempt'],
  ['a company abroad', rules, france, { ...terms, vatNumber: FRENCH }, undefined, 'reverseCharge'],
  ['a guest with a VAT number', rules, france, undefined, FRENCH, 'reverseCharge'],
  ['a Greek company', rules, { country: 'GR' }, undefined, 'EL094259216', 'reverseCharge'],
  [
    'a company in Northern Ireland',
    rules,
    { country: 'GB', postalCode: 'BT1 1AA' },
    undefined,
    'XI980780684',
    'reverseCharge',
  ],
  [
    'a company in Great Britain, whose zone has no reverse charge',
    rules,
    { country: 'GB', postalCode: 'M1 1AE' },
    undefined,
    'GB980780684',
    null,
  ],
  ['a company in the country of the shop', rules, { country: 'DE' }, undefined, GERMAN, null],
  ['a delivery to another country than that of the VAT number', rules, france, undefined, GERMAN, null],
  ['a wrong VAT number', rules, france, undefined, 'FR41303265045', null],
  ['a country without a zone', rules, { country: 'IT' }, undefined, 'IT00743110157', null],
  ['a VAT number without an address', rules, null, undefined, FRENCH, null],
  ['a shop that does not say where it is', withoutHome, france, undefined, FRENCH, null],
  ['a customer without a VAT number', rules, france, terms, undefined, null],
  ['a guest', rules, france, undefined, undefined, null],
] as const)('%s', (_title, set, address, buyer, vatNumber, exemption) => {
  const input = { address, ...(vatNumber === undefined ? {} : { vatNumber }) }
  expect(taxExemptionOf(set, input, buyer && { ...buyer, groups: [] })).toBe(exemption)
})
