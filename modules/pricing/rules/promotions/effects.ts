import type { Effect, Promotion, PromotionClass, Reduction } from '../../schemas.ts'
import { type Item, isOneOf } from '../items.ts'
import { allocate, rateOf, shareOf, sum } from '../share.ts'

/** The discount of a promotion that is alone, in minor units. Unlike `discountsOf` it does not split it over the items. */
export function discountAlone(effect: Effect, items: readonly Item[], amounts: readonly number[]): number {
  if (effect.kind !== 'reduce' || (effect.reduction.kind === 'amountOff' && effect.reduction.each))
    return sum(discountsOf(effect, items, amounts, amounts))
  const prices = amounts.filter((_, index) => isOneOf(items[index]!, effect.goods))
  return Math.min(wantedReduction(effect.reduction, prices), sum(prices))
}

/** What a promotion reduces. Promotions for goods come first, then those for the order, then those for shipping. */
export function classOf({ effect }: Pick<Promotion, 'effect'>): PromotionClass {
  if (effect.kind === 'freeShipping') return 'shipping'
  if (effect.kind === 'buyGet') return 'goods'
  return effect.goods ? 'goods' : 'order'
}

/**
 * The discount of a promotion on each item, in minor units, at most what is left of the item's amount. `bases` has the
 * amount of each item that percentages apply to.
 */
export function discountsOf(
  effect: Effect,
  items: readonly Item[],
  bases: readonly number[],
  left: readonly number[],
): number[] {
  switch (effect.kind) {
    case 'freeShipping':
      return items.map(() => 0)
    case 'reduce':
      return reduce(effect.reduction, items, selected(items, bases, effect.goods), left)
    case 'tiers': {
      const counted = selected(items, bases, effect.goods)
      const reached = sum(
        items.map((item, index) =>
          counted[index] === null ? 0 : effect.by === 'pieces' ? item.quantity : item.amount,
        ),
      )
      const tier = effect.tiers.toSorted((a, b) => b.from - a.from).find(({ from }) => reached >= from)
      return tier ? reduce(tier.reduction, items, counted, left) : items.map(() => 0)
    }
    case 'buyGet':
      return buyGet(effect, items, left)
  }
}

/** The base of each item that the goods contain; null for the others. */
function selected(
  items: readonly Item[],
  bases: readonly number[],
  goods: Parameters<typeof isOneOf>[1],
): (number | null)[] {
  return items.map((item, index) => (isOneOf(item, goods) ? bases[index]! : null))
}

/** One rounding for all goods: the sum is reduced, and the discount is split over the items. */
function reduce(
  reduction: Reduction,
  items: readonly Item[],
  bases: readonly (number | null)[],
  left: readonly number[],
): number[] {
  if (reduction.kind === 'amountOff' && reduction.each)
    return reduceEach(reduction.amount, items, bases, left)
  const weights = bases.map((base) => base ?? 0)
  const room = left.map((amount, index) => (bases[index] === null ? 0 : amount))
  return allocateWithin(wantedReduction(reduction, weights), weights, room)
}

function reduceEach(
  amount: number,
  items: readonly Item[],
  bases: readonly (number | null)[],
  left: readonly number[],
): number[] {
  return items.map((item, index) =>
    bases[index] === null ? 0 : Math.min(left[index]!, amount * item.quantity),
  )
}

/** How much a reduction takes off goods with these prices, were there no limit. */
function wantedReduction(reduction: Reduction, prices: readonly number[]): number {
  return reduction.kind === 'percentOff' ? shareOf(sum(prices), rateOf(reduction.percent)) : reduction.amount
}

/** Splits an amount by weights, with no part above its limit. What one item cannot take, the others get. */
function allocateWithin(amount: number, weights: readonly number[], limits: readonly number[]): number[] {
  const total = Math.min(amount, sum(limits))
  const parts = allocate(total, weights).map((part, index) => Math.min(part, limits[index]!))
  const rest = total - sum(parts)
  if (rest === 0) return parts
  const more = allocate(
    rest,
    limits.map((limit, index) => limit - parts[index]!),
  )
  return parts.map((part, index) => part + more[index]!)
}

type BuyGet = Extract<Effect, { kind: 'buyGet' }>

/**
 * Reduces the cheapest pieces of `get` for as many times as the cart has pieces of `buy` besides them. A piece never
 * counts for both.
 */
function buyGet({ buy, get, times }: BuyGet, items: readonly Item[], left: readonly number[]): number[] {
  const isBuy = items.map((item) => isOneOf(item, buy.goods))
  // Pieces that are not needed for `buy` are reduced first, the cheapest of them first
  const order = items
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => isOneOf(item, get.goods))
    .sort(
      (a, b) =>
        Number(isBuy[a.index]) - Number(isBuy[b.index]) ||
        a.item.unitPrice - b.item.unitPrice ||
        a.index - b.index,
    )
  const buyPieces = sum(items.map((item, index) => (isBuy[index] ? item.quantity : 0)))
  const getPieces = sum(order.map(({ item }) => item.quantity))

  let low = 0
  let high = Math.min(times ?? Number.MAX_SAFE_INTEGER, Math.floor(buyPieces / buy.pieces))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isPossible(middle)) low = middle
    else high = middle - 1
  }
  const taken = take(low)
  return items.map((item, index) =>
    Math.min(left[index]!, shareOf(item.unitPrice * taken[index]!, rateOf(get.percent))),
  )

  function isPossible(count: number): boolean {
    const used = sum(take(count).map((pieces, index) => (isBuy[index] ? pieces : 0)))
    return buyPieces - used >= buy.pieces * count
  }

  /** How many pieces of each item are reduced. */
  function take(count: number): number[] {
    const pieces = items.map(() => 0)
    let wanted = Math.min(get.pieces * count, getPieces)
    for (const { item, index } of order) {
      pieces[index] = Math.min(item.quantity, wanted)
      wanted -= pieces[index]
    }
    return pieces
  }
}
