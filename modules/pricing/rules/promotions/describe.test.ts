import { expect, it } from 'vitest'
import type { Promotion } from '../../schemas.ts'
import { aPromotion } from '../testing.ts'
import { describePromotion } from './describe.ts'

const shoes = { productIds: [], categories: ['shoes'] }

it.each<[Partial<Promotion>, string]>([
  [{}, '10 % off the order, without a code. With all other promotions that allow it.'],
  [
    {
      trigger: { by: 'code', code: 'SPRING' },
      conditions: { minAmount: 5000, firstOrder: true },
      combinesWith: [],
      limit: 100,
      limitPerCustomer: 1,
    },
    '10 % off the order, from €50.00, for first orders, with the code SPRING, for 100 orders in all, once per customer. Not with other promotions.',
  ],
  [
    {
      trigger: { by: 'singleUseCodes' },
      effect: { kind: 'reduce', reduction: { kind: 'amountOff', amount: 500, each: true }, goods: shoes },
      conditions: { minPieces: 2, goods: shoes, countries: ['DE', 'AT'], customerGroups: ['club', 'staff'] },
      combinesWith: ['order', 'shipping'],
      limit: 1,
      limitPerCustomer: 3,
    },
    '€5.00 off each piece of shoes, from 2 pieces of shoes, for customers in club and staff, for deliveries to Germany and Austria, with single-use codes, for 1 order in all, 3 times per customer. With other promotions for the order and shipping that allow it.',
  ],
  [
    {
      effect: { kind: 'reduce', reduction: { kind: 'amountOff', amount: 500, each: true } },
      conditions: { goods: { productIds: ['prd_1', 'prd_2'], categories: ['hats'] } },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2026-02-01T12:30:00Z',
    },
    '€5.00 off each piece of the goods, for carts with hats and 2 products, without a code, from 2026-01-01 00:00 UTC, until 2026-02-01 12:30 UTC. With all other promotions that allow it.',
  ],
  [
    {
      effect: {
        kind: 'tiers',
        by: 'pieces',
        tiers: [
          { from: 1, reduction: { kind: 'percentOff', percent: 5 } },
          { from: 10, reduction: { kind: 'amountOff', amount: 1000, each: false } },
        ],
        goods: { productIds: ['prd_1'], categories: [] },
      },
    },
    '5 % off one product from 1 piece; €10.00 off one product from 10 pieces, without a code. With all other promotions that allow it.',
  ],
  [
    {
      effect: {
        kind: 'tiers',
        by: 'amount',
        tiers: [{ from: 10_000, reduction: { kind: 'percentOff', percent: 5 } }],
      },
      conditions: { schedule: { timeZone: 'Europe/Berlin', weekdays: [6, 7] } },
    },
    '5 % off the order from €100.00, on Saturdays and Sundays (Europe/Berlin), without a code. With all other promotions that allow it.',
  ],
  [
    {
      effect: {
        kind: 'buyGet',
        buy: { pieces: 2, goods: shoes },
        get: { pieces: 1, percent: 100 },
        times: 1,
      },
      conditions: { schedule: { timeZone: 'UTC', hours: { from: '17:00', to: '19:00' } } },
    },
    'Buy 2 pieces of shoes, get 1 piece of any goods free, at most 1 time per order, every day between 17:00 and 19:00 (UTC), without a code. With all other promotions that allow it.',
  ],
  [
    {
      effect: { kind: 'buyGet', buy: { pieces: 1 }, get: { pieces: 1, percent: 50 }, times: null },
      combinesWith: ['goods'],
    },
    'Buy 1 piece of any goods, get 1 piece of any goods at 50 % off, without a code. With other promotions for goods that allow it.',
  ],
  [
    { effect: { kind: 'freeShipping' } },
    'Free shipping, without a code. With all other promotions that allow it.',
  ],
])('describes a promotion: %j', (change, sentence) => {
  expect(describePromotion(aPromotion(change), 'EUR')).toBe(sentence)
})
