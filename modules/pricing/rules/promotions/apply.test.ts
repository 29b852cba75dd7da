import { describe, expect, it } from 'vitest'
import type { Promotion, PromotionClass } from '../../schemas.ts'
import { itemsOf } from '../items.ts'
import { aPromotion, aQuoteLine, NOW } from '../testing.ts'
import { applyPromotions } from './apply.ts'

const a = { productIds: ['prd_1'], categories: [] }
const everyClass: PromotionClass[] = ['goods', 'order', 'shipping']

/** A cart with A for 100.00 and B for 50.00. */
function apply(promotions: Promotion[]) {
  const items = itemsOf([
    aQuoteLine({ id: 'lin_1', unitPrice: 10_000 }),
    aQuoteLine({ id: 'lin_2', unitPrice: 5000 }),
  ])
  const buyer = { groups: [], hasOrdered: null }
  return applyPromotions(
    promotions.map((promotion) => ({ promotion, code: null })),
    { now: NOW, items, address: null, buyer },
  )
}

/** The discounts on A and B by id, in the order of application. */
function applied(promotions: Promotion[]) {
  return apply(promotions).applied.map(({ promotion, discounts }) => [promotion.id, ...discounts])
}

function refused(promotions: Promotion[]) {
  return apply(promotions).refused.map(({ promotion, obstacle }) => [promotion.id, obstacle])
}

function percent(id: string, value: number, change: Partial<Promotion> = {}): Promotion {
  return aPromotion({
    id,
    title: id,
    effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: value } },
    ...change,
  })
}

function percentOfA(id: string, value: number, change: Partial<Promotion> = {}): Promotion {
  return percent(id, value, {
    effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: value }, goods: a },
    ...change,
  })
}

function freeShipping(id: string, change: Partial<Promotion> = {}): Promotion {
  return aPromotion({ id, title: id, effect: { kind: 'freeShipping' }, ...change })
}

describe('applyPromotions()', () => {
  it('applies promotions for goods first, then those for what they left of the order, then those for shipping', () => {
    // 20 % of 100.00; then 10 % of 80.00 + 50.00
    expect(applied([freeShipping('prm_f'), percent('prm_o', 10), percentOfA('prm_g', 20)])).toEqual([
      ['prm_g', 2000, 0],
      ['prm_o', 800, 500],
      ['prm_f', 0, 0],
    ])
  })

  it('adds up the percentages of one class', () => {
    expect(applied([percent('prm_1', 10), percent('prm_2', 20)])).toEqual([
      ['prm_2', 2000, 1000],
      ['prm_1', 1000, 500],
    ])
  })

  it('stops at the price of the goods', () => {
    const result = apply([percent('prm_1', 70), percent('prm_2', 60), percentOfA('prm_3', 100)])
    expect(result.discounts).toEqual([10_000, 5000])
    expect(result.applied.map(({ promotion, discounts }) => [promotion.id, discounts])).toEqual([
      ['prm_3', [10_000, 0]],
      ['prm_1', [0, 3500]],
      ['prm_2', [0, 1500]],
    ])
  })

  it('prefers the higher priority, then the larger discount, then the lower id', () => {
    const alone = { combinesWith: [] }
    expect(applied([percent('prm_1', 10, { ...alone, priority: 1 }), percent('prm_2', 50, alone)])).toEqual([
      ['prm_1', 1000, 500],
    ])
    expect(applied([percent('prm_1', 10, alone), percent('prm_2', 50, alone)])).toEqual([
      ['prm_2', 5000, 2500],
    ])
    expect(applied([percent('prm_2', 10, alone), percent('prm_1', 10, alone)])).toEqual([
      ['prm_1', 1000, 500],
    ])
  })

  it.each<[string, Promotion, Promotion, boolean]>([
    ['both allow the other class', percentOfA('prm_1', 20), percent('prm_2', 10), true],
    [
      'only the first allows it',
      percentOfA('prm_1', 20, { combinesWith: ['order'] }),
      percent('prm_2', 10, { combinesWith: ['order', 'shipping'] }),
      false,
    ],
    [
      'only the second allows it',
      percentOfA('prm_1', 20, { combinesWith: ['goods'] }),
      percent('prm_2', 10, { combinesWith: ['goods'] }),
      false,
    ],
    [
      'exactly each other',
      percentOfA('prm_1', 20, { combinesWith: ['order'] }),
      percent('prm_2', 10, { combinesWith: ['goods'] }),
      true,
    ],
    [
      'the same class without itself',
      percent('prm_1', 20, { combinesWith: ['goods'] }),
      percent('prm_2', 10, { combinesWith: everyClass }),
      false,
    ],
  ])('combines promotions if both allow it: %s', (_title, first, second, isCombined) => {
    expect(apply([first, second]).applied).toHaveLength(isCombined ? 2 : 1)
    expect(refused([first, second])).toEqual(
      isCombined ? [] : [['prm_2', { reason: 'notCombinable', title: 'prm_1' }]],
    )
  })

  it('requires a promotion to combine with all that were chosen before it', () => {
    const promotions = [
      percentOfA('prm_1', 50),
      percent('prm_2', 40, { combinesWith: ['goods'] }),
      percent('prm_3', 10),
    ]
    expect(applied(promotions).map(([id]) => id)).toEqual(['prm_1', 'prm_2'])
    expect(refused(promotions)).toEqual([['prm_3', { reason: 'notCombinable', title: 'prm_2' }]])
  })

  it('refuses a promotion without an effect, before it could exclude another one', () => {
    const useless = percent('prm_1', 0, { priority: 10, combinesWith: [] })
    expect(applied([useless, percent('prm_2', 10)])).toEqual([['prm_2', 1000, 500]])
    expect(refused([useless])).toEqual([['prm_1', { reason: 'noEffect' }]])
  })

  it('makes shipping free once', () => {
    const both = [freeShipping('prm_1'), freeShipping('prm_2')]
    expect(applied(both)).toEqual([['prm_1', 0, 0]])
    expect(refused(both)).toEqual([['prm_2', { reason: 'freeAlready' }]])
  })

  it('refuses a promotion that was used up', () => {
    const promotion = percent('prm_1', 10)
    const items = itemsOf([aQuoteLine()])
    const situation = { now: NOW, items, address: null, buyer: { groups: [], hasOrdered: null } }
    for (const used of ['usedUp', 'usedUpByCustomer'] as const) {
      const result = applyPromotions([{ promotion, code: 'CODE', used }], situation)
      expect(result).toMatchObject({ applied: [], refused: [{ code: 'CODE', obstacle: { reason: used } }] })
    }
  })
})
