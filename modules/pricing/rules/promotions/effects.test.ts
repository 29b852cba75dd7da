import { describe, expect, it } from 'vitest'
import type { Effect, QuoteLine } from '../../schemas.ts'
import { itemsOf } from '../items.ts'
import { aQuoteLine } from '../testing.ts'
import { classOf, discountsOf } from './effects.ts'

/** Goods by letter: the price of a piece and the number of pieces. Letters are products, and categories in lower case. */
type Cart = Record<string, [unitPrice: number, quantity: number]>

function linesOf(cart: Cart): QuoteLine[] {
  return Object.entries(cart).map(([letter, [unitPrice, quantity]], index) =>
    aQuoteLine({
      id: `lin_${index + 1}`,
      variantId: `var_${letter}`,
      productId: `prd_${letter}`,
      categories: [letter.toLowerCase()],
      unitPrice,
      quantity,
    }),
  )
}

/** The discount on each of the goods, by letter. */
function discounts(effect: Effect, cart: Cart, left?: number[]): Record<string, number> {
  const items = itemsOf(linesOf(cart))
  const amounts = items.map(({ amount }) => amount)
  const parts = discountsOf(effect, items, amounts, left ?? amounts)
  return Object.fromEntries(items.map(({ productId }, index) => [productId.slice(4), parts[index]!]))
}

const of = (...letters: string[]) => ({
  productIds: letters.map((letter) => `prd_${letter}`),
  categories: [],
})
const percentOff = (percent: number) => ({ kind: 'percentOff' as const, percent })
const amountOff = (amount: number, each = false) => ({ kind: 'amountOff' as const, amount, each })

describe('reduce', () => {
  it.each<[string, Effect, Cart, Record<string, number>]>([
    // 10 % of 0.15 is 0.015: one rounding for all, to 0.02, which goes to the larger remainders
    [
      'a percentage of all goods with one rounding',
      { kind: 'reduce', reduction: percentOff(10) },
      { A: [5, 1], B: [5, 1], C: [5, 1] },
      { A: 1, B: 1, C: 0 },
    ],
    [
      'a percentage of some products',
      { kind: 'reduce', reduction: percentOff(25), goods: of('B') },
      { A: [1000, 1], B: [999, 2] },
      // 25 % of 19.98 is 4.995
      { A: 0, B: 500 },
    ],
    [
      'a percentage of a category',
      { kind: 'reduce', reduction: percentOff(50), goods: { productIds: [], categories: ['a'] } },
      { A: [1000, 1], B: [1000, 1] },
      { A: 500, B: 0 },
    ],
    [
      'an amount, split in proportion',
      { kind: 'reduce', reduction: amountOff(1000) },
      { A: [1000, 1], B: [1500, 2] },
      { A: 250, B: 750 },
    ],
    [
      'an amount above the price of the goods, which ends at the price',
      { kind: 'reduce', reduction: amountOff(9999) },
      { A: [1000, 1], B: [1500, 2] },
      { A: 1000, B: 3000 },
    ],
    [
      'an amount above the price of some goods',
      { kind: 'reduce', reduction: amountOff(9999), goods: of('A') },
      { A: [1000, 1], B: [1500, 2] },
      { A: 1000, B: 0 },
    ],
    [
      'an amount for each piece, at most its price',
      { kind: 'reduce', reduction: amountOff(300, true) },
      { A: [1000, 3], B: [200, 2] },
      { A: 900, B: 400 },
    ],
    [
      'an amount for goods that are not in the cart',
      { kind: 'reduce', reduction: amountOff(300), goods: of('Z') },
      { A: [1000, 3] },
      { A: 0 },
    ],
    ['goods that cost nothing', { kind: 'reduce', reduction: amountOff(300) }, { A: [0, 3] }, { A: 0 }],
  ])('%s', (_title, effect, cart, expected) => {
    expect(discounts(effect, cart)).toEqual(expected)
  })

  it('gives the others what a piece cannot take', () => {
    // Other promotions left 1.00 of A: of the 10.00, split 5.00 and 5.00, A takes 1.00 and B 9.00
    const effect: Effect = { kind: 'reduce', reduction: amountOff(1000) }
    const cart: Cart = { A: [2000, 1], B: [2000, 1] }
    expect(discounts(effect, cart, [100, 2000])).toEqual({ A: 100, B: 900 })
    // 0.01 more than both can take
    const almost: Effect = { kind: 'reduce', reduction: amountOff(2101) }
    expect(discounts(almost, cart, [100, 2000])).toEqual({ A: 100, B: 2000 })
  })
})

describe('tiers', () => {
  const byPieces: Effect = {
    kind: 'tiers',
    by: 'pieces',
    tiers: [
      { from: 3, reduction: percentOff(10) },
      { from: 6, reduction: percentOff(20) },
      { from: 9, reduction: amountOff(100, true) },
    ],
    goods: of('A', 'B'),
  }

  it.each([
    [2, 0, 0],
    [3, 0, 300],
    [3, 2, 500],
    [3, 3, 1200],
    [5, 3, 1600],
    [6, 3, 900],
  ])('by pieces of some goods: %i and %i', (a, b, total) => {
    const cart: Cart = { A: [1000, a], ...(b > 0 ? { B: [1000, b] } : {}), C: [1000, 20] }
    const { A = 0, B = 0, C } = discounts(byPieces, cart)
    expect([A + B, C]).toEqual([total, 0])
  })

  it.each([
    [4999, 0],
    [5000, 250],
    [10_000, 1500],
  ])('by an amount of %i', (unitPrice, total) => {
    const effect: Effect = {
      kind: 'tiers',
      by: 'amount',
      tiers: [
        { from: 5000, reduction: percentOff(5) },
        { from: 10_000, reduction: amountOff(1500) },
      ],
    }
    expect(discounts(effect, { A: [unitPrice, 1] })).toEqual({ A: total })
  })
})

describe('buy X get Y', () => {
  const buyGet = (
    buy: [pieces: number, ...letters: string[]],
    get: [pieces: number, percent: number, ...letters: string[]],
    times: number | null = null,
  ): Effect => {
    const [buyPieces, ...bought] = buy
    const [getPieces, percent, ...got] = get
    return {
      kind: 'buyGet',
      buy: { pieces: buyPieces, ...(bought.length > 0 ? { goods: of(...bought) } : {}) },
      get: { pieces: getPieces, percent, ...(got.length > 0 ? { goods: of(...got) } : {}) },
      times,
    }
  }

  it.each<[string, Effect, Cart, Record<string, number>]>([
    ['2 + 1 free with 2 pieces', buyGet([2], [1, 100]), { A: [1000, 2] }, { A: 0 }],
    ['2 + 1 free with 3 pieces', buyGet([2], [1, 100]), { A: [1000, 3] }, { A: 1000 }],
    ['2 + 1 free with 5 pieces', buyGet([2], [1, 100]), { A: [1000, 5] }, { A: 1000 }],
    ['2 + 1 free with 6 pieces', buyGet([2], [1, 100]), { A: [1000, 6] }, { A: 2000 }],
    ['2 + 1 free, once', buyGet([2], [1, 100], 1), { A: [1000, 6] }, { A: 1000 }],
    [
      'the cheapest of all goods',
      buyGet([2], [1, 100]),
      { A: [3000, 1], B: [1000, 1], C: [2000, 1] },
      { A: 0, B: 1000, C: 0 },
    ],
    ['the second at half price', buyGet([1], [1, 50]), { A: [999, 2] }, { A: 500 }],
    // Six pieces: two times, so that the two cheapest are free
    [
      'the cheapest of several goods',
      buyGet([2], [1, 100]),
      { A: [3000, 2], B: [2000, 2], C: [1000, 2] },
      { A: 0, B: 0, C: 2000 },
    ],
    ['goods apart', buyGet([2, 'A'], [1, 100, 'B']), { A: [1000, 4], B: [500, 3] }, { A: 0, B: 1000 }],
    [
      'fewer goods to get than bought for',
      buyGet([1, 'A'], [2, 100, 'B']),
      { A: [1000, 4], B: [500, 3] },
      { A: 0, B: 1500 },
    ],
    ['nothing to get', buyGet([1, 'A'], [1, 100, 'B']), { A: [1000, 4] }, { A: 0 }],
    // B counts for one of the two: 2 of A pay for 1 of B
    [
      'goods of which one part is in both',
      buyGet([2, 'A', 'B'], [1, 100, 'B']),
      { A: [1000, 2], B: [500, 1] },
      { A: 0, B: 500 },
    ],
    // 1 A + 2 B: one B is free, the other B and A are bought
    [
      'pieces that must be bought themselves',
      buyGet([2, 'A', 'B'], [1, 100, 'B']),
      { A: [1000, 1], B: [500, 2] },
      { A: 0, B: 500 },
    ],
    // 1 A + 1 B: B cannot count for both
    [
      'too few pieces for both',
      buyGet([2, 'A', 'B'], [1, 100, 'B']),
      { A: [1000, 1], B: [500, 1] },
      { A: 0, B: 0 },
    ],
    // C is no part of what is bought, so it is reduced before A, although A is cheaper
    [
      'what is not bought comes first',
      buyGet([2, 'A'], [1, 100, 'A', 'C']),
      { A: [100, 4], C: [900, 1] },
      { A: 0, C: 900 },
    ],
    // 5 of A: with C free, 4 pay for two times; the second reduces an A, for which 4 are left to buy
    [
      'the rest of the overlap',
      buyGet([2, 'A'], [1, 100, 'A', 'C']),
      { A: [100, 5], C: [900, 1] },
      { A: 100, C: 900 },
    ],
  ])('%s', (_title, effect, cart, expected) => {
    expect(discounts(effect, cart)).toEqual(expected)
  })

  it('reduces no piece below what others left of it', () => {
    expect(discounts(buyGet([1], [1, 100]), { A: [1000, 2] }, [300])).toEqual({ A: 300 })
  })
})

it.each<[Effect, string]>([
  [{ kind: 'freeShipping' }, 'shipping'],
  [{ kind: 'reduce', reduction: percentOff(10) }, 'order'],
  [{ kind: 'reduce', reduction: percentOff(10), goods: of('A') }, 'goods'],
  [{ kind: 'tiers', by: 'pieces', tiers: [{ from: 1, reduction: percentOff(1) }] }, 'order'],
  [{ kind: 'tiers', by: 'pieces', tiers: [{ from: 1, reduction: percentOff(1) }], goods: of('A') }, 'goods'],
  [{ kind: 'buyGet', buy: { pieces: 1 }, get: { pieces: 1, percent: 100 }, times: null }, 'goods'],
])('the class of %j is %s', (effect, promotionClass) => {
  expect(classOf({ effect })).toBe(promotionClass)
})
