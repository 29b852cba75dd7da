import type { Promotion, PromotionClass } from '../../schemas.ts'
import { type Obstacle, obstacleOf, type Situation } from './conditions.ts'
import { classOf, discountAlone, discountsOf } from './effects.ts'

/** A promotion that a cart may get, with the code that the shopper entered for it. */
export interface Candidate {
  promotion: Promotion
  /** null: it applies automatically. */
  code: string | null
  /** Whether it or its code was used as often as allowed: by all, or by this buyer. */
  used?: 'usedUp' | 'usedUpByCustomer'
}

export interface Applied extends Candidate {
  class: PromotionClass
  /** The discount on each item, in minor units; all 0 for the class `shipping`. */
  discounts: number[]
}

export interface AppliedPromotions {
  /** In the order of application. */
  applied: Applied[]
  /** The others, with what prevents them. */
  refused: (Candidate & { obstacle: Obstacle })[]
  /** The discount of all promotions on each item. */
  discounts: number[]
}

const CLASS_ORDER: readonly PromotionClass[] = ['goods', 'order', 'shipping']

/**
 * Chooses the promotions of a cart and applies them.
 *
 * Promotions are considered by priority; of equal priority the one that alone would reduce the cart most comes first. A
 * promotion is chosen if it can be combined with all that were chosen before it; of those for shipping, one is chosen.
 * Then those for goods are applied, then those for the order, then those for shipping. Percentages of one class have the
 * same base, and add up: prices for goods, and what the first class left of them for the order. No item's discount
 * exceeds its price.
 */
export function applyPromotions(candidates: readonly Candidate[], situation: Situation): AppliedPromotions {
  const { items } = situation
  const amounts = items.map((item) => item.amount)
  const refused: AppliedPromotions['refused'] = []
  const possible: (Candidate & { class: PromotionClass; alone: number })[] = []
  for (const candidate of candidates) {
    const { promotion, used } = candidate
    const obstacle = obstacleOf(promotion, situation) ?? (used ? { reason: used } : undefined)
    const alone = obstacle ? 0 : discountAlone(promotion.effect, items, amounts)
    const promotionClass = classOf(promotion)
    if (obstacle) refused.push({ ...candidate, obstacle })
    else if (alone === 0 && promotionClass !== 'shipping')
      refused.push({ ...candidate, obstacle: { reason: 'noEffect' } })
    else possible.push({ ...candidate, class: promotionClass, alone })
  }
  possible.sort(
    (a, b) =>
      b.promotion.priority - a.promotion.priority ||
      b.alone - a.alone ||
      (a.promotion.id < b.promotion.id ? -1 : 1),
  )

  const chosen: typeof possible = []
  for (const candidate of possible) {
    const conflict = chosen.find((other) => !canCombine(candidate.promotion, other.promotion))
    if (conflict)
      refused.push({ ...candidate, obstacle: { reason: 'notCombinable', title: conflict.promotion.title } })
    else if (candidate.class === 'shipping' && chosen.some((other) => other.class === 'shipping'))
      refused.push({ ...candidate, obstacle: { reason: 'freeAlready' } })
    else chosen.push(candidate)
  }

  const applied: Applied[] = []
  let left = amounts
  for (const promotionClass of CLASS_ORDER) {
    const bases = left
    for (const { promotion, code } of chosen.filter((each) => each.class === promotionClass)) {
      const discounts = discountsOf(promotion.effect, items, bases, left)
      left = left.map((amount, index) => amount - discounts[index]!)
      applied.push({ promotion, code, class: promotionClass, discounts })
    }
  }
  return { applied, refused, discounts: amounts.map((amount, index) => amount - left[index]!) }
}

function canCombine(a: Promotion, b: Promotion): boolean {
  return a.combinesWith.includes(classOf(b)) && b.combinesWith.includes(classOf(a))
}
