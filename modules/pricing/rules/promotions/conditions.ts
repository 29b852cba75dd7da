import type { Goods, Promotion, QuoteAddress } from '../../schemas.ts'
import { type Item, isOneOf } from '../items.ts'
import { sum } from '../share.ts'
import { isScheduled } from './schedule.ts'

/** What conditions of promotions are about. */
export interface Situation {
  now: Date
  items: readonly Item[]
  address: QuoteAddress | null
  buyer: Buyer
}

/** The facts about the buyer; null where they are not known yet. */
export interface Buyer {
  groups: readonly string[]
  hasOrdered: boolean | null
}

/** Why a promotion does not apply to a cart. */
export type Obstacle =
  | { reason: 'inactive' }
  | { reason: 'notStarted'; startsAt: string }
  | { reason: 'ended' }
  | { reason: 'notNow' }
  | { reason: 'noGoods' }
  | { reason: 'minAmount'; missing: number; goods: Goods | undefined }
  | { reason: 'minPieces'; missing: number; goods: Goods | undefined }
  | { reason: 'firstOrder' }
  | { reason: 'customerGroup' }
  | { reason: 'country' }
  | { reason: 'usedUp' }
  | { reason: 'usedUpByCustomer' }
  | { reason: 'notCombinable'; title: string }
  | { reason: 'anotherCode' }
  | { reason: 'freeAlready' }
  | { reason: 'otherMethod'; title: string }
  | { reason: 'noEffect' }

/**
 * The first condition of a promotion that a cart does not meet; undefined if it meets all. Minimum amounts are compared
 * with prices before discounts, so that no promotion makes another one invalid.
 */
export function obstacleOf(
  promotion: Promotion,
  { now, items, address, buyer }: Situation,
): Obstacle | undefined {
  const { active, startsAt, endsAt, conditions } = promotion
  if (!active) return { reason: 'inactive' }
  if (startsAt !== null && now < new Date(startsAt)) return { reason: 'notStarted', startsAt }
  if (endsAt !== null && now >= new Date(endsAt)) return { reason: 'ended' }
  if (conditions.schedule && !isScheduled(conditions.schedule, now)) return { reason: 'notNow' }
  if (conditions.firstOrder && buyer.hasOrdered) return { reason: 'firstOrder' }
  if (conditions.customerGroups && !conditions.customerGroups.some((group) => buyer.groups.includes(group)))
    return { reason: 'customerGroup' }
  // Without an address it may still apply: the shopper sees the discount until the address excludes it
  if (conditions.countries && address && !conditions.countries.includes(address.country))
    return { reason: 'country' }
  const { goods, minAmount = 0, minPieces = 0 } = conditions
  const counted = items.filter((item) => isOneOf(item, goods))
  if (goods && counted.length === 0) return { reason: 'noGoods' }
  const amount = sum(counted.map((item) => item.amount))
  if (amount < minAmount) return { reason: 'minAmount', missing: minAmount - amount, goods }
  const pieces = sum(counted.map((item) => item.quantity))
  if (pieces < minPieces) return { reason: 'minPieces', missing: minPieces - pieces, goods }
  return undefined
}
