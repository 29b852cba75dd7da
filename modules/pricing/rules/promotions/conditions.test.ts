import { expect, it } from 'vitest'
import type { Promotion, QuoteAddress } from '../../schemas.ts'
import { itemsOf } from '../items.ts'
import { aPromotion, aQuoteLine, NOW } from '../testing.ts'
import { obstacleOf, type Situation } from './conditions.ts'
import { explainObstacle } from './explain.ts'

const germany: QuoteAddress = { country: 'DE' }
const shoes = { productIds: [], categories: ['shoes'] }

/** A guest in Germany with two mugs for 10.00 and a pair of shoes for 30.00. */
const situation: Situation = {
  now: NOW,
  items: itemsOf([
    aQuoteLine({ id: 'lin_1', quantity: 2 }),
    aQuoteLine({ id: 'lin_2', unitPrice: 3000, categories: ['shoes', 'leather'] }),
  ]),
  address: germany,
  buyer: { groups: [], hasOrdered: null },
}

/** What prevents a promotion, as the shopper reads it; undefined if nothing does. */
function whyNot(change: Partial<Promotion>, other: Partial<Situation> = {}): string | undefined {
  const obstacle = obstacleOf(aPromotion(change), { ...situation, ...other })
  return obstacle && explainObstacle(obstacle, 'EUR')
}

const buyer = (change: Partial<Situation['buyer']>) => ({ buyer: { ...situation.buyer, ...change } })

it.each<[string, Partial<Promotion>, Partial<Situation>, string | undefined]>([
  ['no conditions', {}, {}, undefined],
  ['inactive', { active: false }, {}, 'This code is no longer valid.'],
  ['begins now', { startsAt: '2026-06-01T12:00:00Z' }, {}, undefined],
  ['begins later', { startsAt: '2026-06-01T12:00:01Z' }, {}, 'This code is valid from 1 June 2026.'],
  ['ends later', { endsAt: '2026-06-01T12:00:01Z' }, {}, undefined],
  ['ends now', { endsAt: '2026-06-01T12:00:00Z' }, {}, 'This code is no longer valid.'],
  [
    'another weekday',
    { conditions: { schedule: { timeZone: 'UTC', weekdays: [2] } } },
    {},
    'This code is valid at other times of the week.',
  ],
  ['this weekday', { conditions: { schedule: { timeZone: 'UTC', weekdays: [1] } } }, {}, undefined],
  [
    'the first order of a new buyer',
    { conditions: { firstOrder: true } },
    buyer({ hasOrdered: false }),
    undefined,
  ],
  ['the first order of an unknown buyer', { conditions: { firstOrder: true } }, {}, undefined],
  [
    'the second order',
    { conditions: { firstOrder: true } },
    buyer({ hasOrdered: true }),
    'This code is for first orders only.',
  ],
  [
    'no group',
    { conditions: { customerGroups: ['club'] } },
    {},
    'This code is for other customers. Log in if it was given to you.',
  ],
  [
    'another group',
    { conditions: { customerGroups: ['club'] } },
    buyer({ groups: ['staff'] }),
    'This code is for other customers. Log in if it was given to you.',
  ],
  [
    'one of the groups',
    { conditions: { customerGroups: ['club', 'vip'] } },
    buyer({ groups: ['vip'] }),
    undefined,
  ],
  ['this country', { conditions: { countries: ['AT', 'DE'] } }, {}, undefined],
  ['no address yet', { conditions: { countries: ['AT'] } }, { address: null }, undefined],
  [
    'another country',
    { conditions: { countries: ['AT'] } },
    {},
    'This code does not apply to deliveries to this country.',
  ],
  ['goods in the cart', { conditions: { goods: shoes } }, {}, undefined],
  [
    'a product in the cart',
    { conditions: { goods: { productIds: ['prd_1'], categories: [] } } },
    {},
    undefined,
  ],
  [
    'goods that are not in the cart',
    { conditions: { goods: { productIds: ['prd_9'], categories: ['hats'] } } },
    {},
    'Nothing in your cart is part of this offer.',
  ],
  ['just the amount', { conditions: { minAmount: 5000 } }, {}, undefined],
  ['a higher amount', { conditions: { minAmount: 5001 } }, {}, 'Add goods for €0.01 more to use this code.'],
  ['just the amount of some goods', { conditions: { minAmount: 3000, goods: shoes } }, {}, undefined],
  [
    'a higher amount of some goods',
    { conditions: { minAmount: 3150, goods: shoes } },
    {},
    'Add €1.50 more of the goods of this offer.',
  ],
  ['just the pieces', { conditions: { minPieces: 3 } }, {}, undefined],
  ['one piece more', { conditions: { minPieces: 4 } }, {}, 'Add 1 more piece to use this code.'],
  ['two pieces more', { conditions: { minPieces: 5 } }, {}, 'Add 2 more pieces to use this code.'],
  [
    'pieces of some goods',
    { conditions: { minPieces: 3, goods: shoes } },
    {},
    'Add 2 more pieces of the goods of this offer to use this code.',
  ],
  [
    'an empty cart',
    { conditions: { minAmount: 100 } },
    { items: [] },
    'Add goods for €1.00 more to use this code.',
  ],
])('%s', (_title, change, other, reason) => {
  expect(whyNot(change, other)).toBe(reason)
})
