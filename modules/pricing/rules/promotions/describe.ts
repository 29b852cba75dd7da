import { countryName } from '#shared/countries.ts'
import { formatMoney, money } from '#shared/money.ts'
import type { Conditions, Effect, Goods, Promotion, Reduction } from '../../schemas.ts'

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays']

/** What a promotion does, as a sentence for staff: "10 % off the order, from €50.00, with the code SPRING." */
export function describePromotion(promotion: Omit<Promotion, 'id'>, currency: string): string {
  const { trigger, conditions, limit, limitPerCustomer, startsAt, endsAt, combinesWith } = promotion
  const parts = [
    describeEffect(promotion.effect, currency),
    ...describeConditions(conditions, currency),
    trigger.by === 'automatic'
      ? 'without a code'
      : trigger.by === 'code'
        ? `with the code ${trigger.code}`
        : 'with single-use codes',
    ...(startsAt ? [`from ${formatTime(startsAt)}`] : []),
    ...(endsAt ? [`until ${formatTime(endsAt)}`] : []),
    ...(limit ? [`for ${limit} ${limit === 1 ? 'order' : 'orders'} in all`] : []),
    ...(limitPerCustomer
      ? [limitPerCustomer === 1 ? 'once per customer' : `${limitPerCustomer} times per customer`]
      : []),
  ]
  const combination =
    combinesWith.length === 0
      ? 'Not with other promotions'
      : combinesWith.length === 3
        ? 'With all other promotions that allow it'
        : `With other promotions for ${joinWords(combinesWith.map((each) => (each === 'order' ? 'the order' : each)))} that allow it`
  return `${parts.join(', ')}. ${combination}.`
}

function describeEffect(effect: Effect, currency: string): string {
  switch (effect.kind) {
    case 'freeShipping':
      return 'Free shipping'
    case 'reduce':
      return describeReduction(effect.reduction, effect.goods, currency)
    case 'tiers': {
      const tiers = effect.tiers.map(
        ({ from, reduction }) =>
          `${describeReduction(reduction, effect.goods, currency)} from ${effect.by === 'pieces' ? pieces(from) : amount(from, currency)}`,
      )
      return tiers.join('; ')
    }
    case 'buyGet': {
      const { buy, get, times } = effect
      const price = get.percent === 100 ? 'free' : `at ${get.percent} % off`
      const limit = times === null ? '' : `, at most ${times} ${times === 1 ? 'time' : 'times'} per order`
      return `Buy ${pieces(buy.pieces)} of ${describeGoods(buy.goods)}, get ${pieces(get.pieces)} of ${describeGoods(get.goods)} ${price}${limit}`
    }
  }
}

function describeReduction(reduction: Reduction, goods: Goods | undefined, currency: string): string {
  const target = goods ? describeGoods(goods) : 'the order'
  if (reduction.kind === 'percentOff') return `${reduction.percent} % off ${target}`
  const off = `${amount(reduction.amount, currency)} off`
  return reduction.each ? `${off} each piece of ${goods ? target : 'the goods'}` : `${off} ${target}`
}

function describeConditions(conditions: Conditions, currency: string): string[] {
  const { minAmount, minPieces, goods, firstOrder, customerGroups, countries, schedule } = conditions
  const counted = goods ? ` of ${describeGoods(goods)}` : ''
  return [
    ...(minAmount ? [`from ${amount(minAmount, currency)}${counted}`] : []),
    ...(minPieces ? [`from ${pieces(minPieces)}${counted}`] : []),
    ...(goods && !minAmount && !minPieces ? [`for carts with ${describeGoods(goods)}`] : []),
    ...(firstOrder ? ['for first orders'] : []),
    ...(customerGroups ? [`for customers in ${joinWords(customerGroups)}`] : []),
    ...(countries ? [`for deliveries to ${joinWords(countries.map(countryName))}`] : []),
    ...(schedule ? [describeSchedule(schedule)] : []),
  ]
}

function describeSchedule({ timeZone, weekdays, hours }: NonNullable<Conditions['schedule']>): string {
  const days = weekdays ? `on ${joinWords(weekdays.map((day) => WEEKDAYS[day - 1]!))}` : 'every day'
  const time = hours ? ` between ${hours.from} and ${hours.to}` : ''
  return `${days}${time} (${timeZone})`
}

function describeGoods(goods: Goods | undefined): string {
  if (!goods) return 'any goods'
  const { categories, productIds } = goods
  const products = productIds.length === 1 ? 'one product' : `${productIds.length} products`
  return joinWords([...categories, ...(productIds.length > 0 ? [products] : [])])
}

function pieces(count: number): string {
  return `${count} ${count === 1 ? 'piece' : 'pieces'}`
}

function amount(value: number, currency: string): string {
  return formatMoney(money(value, currency))
}

function formatTime(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function joinWords(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}
