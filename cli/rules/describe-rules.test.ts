import { expect, it } from 'vitest'
import { describeRules } from './describe-rules.ts'
import type { SetRules } from './set-rules.ts'

const nothing: SetRules = {
  tax: { settings: { home: null, rounding: 'total', shipping: { by: 'goods' } }, zones: [] },
  shipping: { zones: [], methods: [] },
  promotions: [],
}

it('says of a shop without rules what that means', () => {
  expect(describeRules(nothing, 'EUR')).toEqual([
    'Taxes',
    '  The shop is in no country: set "home" in the tax settings',
    '  Tax is rounded once for each rate',
    '  Shipping is taxed like the goods, in proportion',
    '  No tax zone: nothing is taxed',
    '',
    'Shipping',
    '  No shipping zone: goods are shipped nowhere',
    '  No shipping method: goods that are shipped cannot be ordered',
    '',
    'Promotions',
    '  No promotion',
  ])
})

it('lists zones, methods with their prices, and promotions with their sentences', () => {
  const zone = { id: 'shz_1', title: 'Coast', areas: [{ country: 'DE', postalPrefix: '26' }] }
  const rate = {
    zoneId: 'shz_1',
    days: { from: 2, to: 4 },
    by: 'weight' as const,
    bands: [
      { upTo: 5000, amount: 490 },
      { upTo: null, amount: 1690 },
    ],
    freeFrom: 7500,
  }
  const rules: SetRules = {
    tax: {
      settings: {
        home: { country: 'US', region: 'CA' },
        rounding: 'line',
        shipping: { by: 'class', taxClass: 'post' },
      },
      zones: [
        {
          id: 'txz_1',
          title: 'California',
          areas: [{ country: 'US', region: 'CA' }],
          prices: 'added',
          rates: [{ taxClass: 'standard', title: 'Sales tax', percent: 7.25 }],
          reverseCharge: false,
        },
        {
          id: 'txz_2',
          title: 'Büsingen',
          areas: [{ country: 'DE', postalPrefix: '78266' }],
          prices: 'included',
          rates: [],
          reverseCharge: true,
        },
      ],
    },
    shipping: {
      zones: [zone],
      methods: [
        {
          id: 'standard',
          title: 'Standard',
          handover: 'shipping',
          position: 1,
          prices: 'zone',
          freeByPromotion: true,
          excludedClasses: ['bulky'],
          rates: [rate, { ...rate, zoneId: 'shz_gone', days: null, by: 'pieces', freeFrom: null }],
        },
      ],
    },
    promotions: [
      {
        id: 'prm_1',
        title: 'Spring',
        active: false,
        trigger: { by: 'code', code: 'SPRING' },
        priority: 0,
        combinesWith: [],
        startsAt: null,
        endsAt: null,
        conditions: {},
        effect: { kind: 'freeShipping' },
        limit: null,
        limitPerCustomer: null,
        summary: 'Free shipping, with the code SPRING.',
        uses: 3,
      },
    ],
  }
  expect(describeRules(rules, 'EUR')).toEqual([
    'Taxes',
    '  The shop is in United States, CA',
    '  Tax is rounded for each line',
    '  Shipping is taxed by the class post',
    '  ZONE        AREAS      PRICES        RATES',
    '  Büsingen    DE 78266…  contain tax   no tax, reverse charge',
    '  California  US-CA      tax is added  standard 7.25 % (Sales tax)',
    '',
    'Shipping',
    '  ZONE   AREAS',
    '  Coast  DE 26…',
    '  METHOD    ZONE      DAYS  PRICE',
    '  Standard  Coast     2–4   €4.90 up to 5000 g, €16.90; free from €75.00; not for bulky',
    '  Standard  shz_gone  -     €4.90 up to 5000 pieces, €16.90; not for bulky',
    '',
    'Promotions',
    '  STATE     USES  TITLE   EFFECT',
    '  inactive  3     Spring  Free shipping, with the code SPRING.',
  ])
})
