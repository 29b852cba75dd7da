import { regionKey } from '#shared/address-rules.ts'
import { countryName, isCountry } from '#shared/countries.ts'
import type { PromotionDraft } from '../contract.ts'
import type { Area, Goods, ShippingMethod, TaxZone } from '../schemas.ts'
import { isTimeZone } from './promotions/schedule.ts'

/** What is wrong with a rule, and where: a JSON pointer into the input. */
export interface RuleProblem {
  field: string
  message: string
}

/** `home` is where the shop is. */
export function problemOfHome(home: Area | null): RuleProblem | undefined {
  return home ? problemOfArea(home, '/home') : undefined
}

export function problemOfAreas(areas: readonly Area[]): RuleProblem | undefined {
  for (const [index, area] of areas.entries()) {
    const problem = problemOfArea(area, `/areas/${index}`)
    if (problem) return problem
  }
  return undefined
}

function problemOfArea({ country, region, postalPrefix }: Area, field: string): RuleProblem | undefined {
  if (!isCountry(country))
    return { field: `${field}/country`, message: `"${country}" is not a country of ISO 3166-1` }
  if (region === undefined) return undefined
  if (postalPrefix !== undefined)
    return { field, message: 'an area has a region or a postal prefix, not both: use the prefix alone' }
  if (regionKey(country, region) === undefined)
    return {
      field: `${field}/region`,
      message: `no address in ${countryName(country)} has the region "${region}"`,
    }
  return undefined
}

export function problemOfTaxZone({
  areas,
  rates,
}: Pick<TaxZone, 'areas' | 'rates'>): RuleProblem | undefined {
  const problem = problemOfAreas(areas)
  if (problem) return problem
  for (const [index, { percent }] of rates.entries()) {
    const wrong = problemOfPercent(percent, `/rates/${index}/percent`)
    if (wrong) return wrong
  }
  return undefined
}

/** `zoneIds` are those of all shipping zones. */
export function problemOfMethod(
  { id, rates }: ShippingMethod,
  zoneIds: ReadonlySet<string>,
): RuleProblem | undefined {
  if (id === 'none') return { field: '/id', message: '"none" is the method of goods that are not shipped' }
  const seen = new Set<string>()
  for (const [index, { zoneId, bands, days }] of rates.entries()) {
    if (!zoneIds.has(zoneId))
      return { field: `/rates/${index}/zoneId`, message: `no shipping zone has the id "${zoneId}"` }
    if (seen.has(zoneId))
      return { field: `/rates/${index}/zoneId`, message: `the zone "${zoneId}" has two rates` }
    seen.add(zoneId)
    if (days && days.from > days.to)
      return { field: `/rates/${index}/days`, message: `the delivery takes ${days.from} to ${days.to} days` }
    for (const [position, { upTo }] of bands.entries()) {
      const before = bands[position - 1]
      if (before && (before.upTo === null || (upTo !== null && upTo <= before.upTo)))
        return {
          field: `/rates/${index}/bands/${position}/upTo`,
          message: 'each band must end above the band before it, and only the last one may have no limit',
        }
    }
  }
  return undefined
}

export function problemOfPromotion({
  effect,
  conditions,
  startsAt,
  endsAt,
}: PromotionDraft): RuleProblem | undefined {
  if (startsAt !== null && endsAt !== null && new Date(startsAt) >= new Date(endsAt))
    return { field: '/endsAt', message: `it ends at ${endsAt}, before it starts at ${startsAt}` }
  const { schedule, goods } = conditions
  if (schedule && !isTimeZone(schedule.timeZone))
    return {
      field: '/conditions/schedule/timeZone',
      message: `no time zone has the name "${schedule.timeZone}"`,
    }
  if (schedule?.hours && schedule.hours.from === schedule.hours.to)
    return {
      field: '/conditions/schedule/hours',
      message: 'the hours end when they begin: leave them out for the whole day',
    }
  const country = conditions.countries?.findIndex((code) => !isCountry(code)) ?? -1
  if (country >= 0)
    return {
      field: `/conditions/countries/${country}`,
      message: `"${conditions.countries![country]}" is not a country of ISO 3166-1`,
    }
  return problemOfGoods(goods, '/conditions/goods') ?? problemOfEffect(effect)
}

function problemOfEffect(effect: PromotionDraft['effect']): RuleProblem | undefined {
  switch (effect.kind) {
    case 'freeShipping':
      return undefined
    case 'reduce':
      return (
        problemOfReduction(effect.reduction, '/effect/reduction') ??
        problemOfGoods(effect.goods, '/effect/goods')
      )
    case 'tiers': {
      for (const [index, { from, reduction }] of effect.tiers.entries()) {
        const before = effect.tiers[index - 1]
        if (before && from <= before.from)
          return {
            field: `/effect/tiers/${index}/from`,
            message: 'each tier must begin above the tier before it',
          }
        const wrong = problemOfReduction(reduction, `/effect/tiers/${index}/reduction`)
        if (wrong) return wrong
      }
      return problemOfGoods(effect.goods, '/effect/goods')
    }
    case 'buyGet':
      return (
        problemOfPercent(effect.get.percent, '/effect/get/percent') ??
        problemOfGoods(effect.buy.goods, '/effect/buy/goods') ??
        problemOfGoods(effect.get.goods, '/effect/get/goods')
      )
  }
}

type Reduction = Extract<PromotionDraft['effect'], { kind: 'reduce' }>['reduction']

function problemOfReduction(reduction: Reduction, field: string): RuleProblem | undefined {
  return reduction.kind === 'percentOff' ? problemOfPercent(reduction.percent, `${field}/percent`) : undefined
}

function problemOfGoods(goods: Goods | undefined, field: string): RuleProblem | undefined {
  if (!goods || goods.productIds.length + goods.categories.length > 0) return undefined
  return { field, message: 'it names no product and no category: leave it out for all goods' }
}

function problemOfPercent(percent: number, field: string): RuleProblem | undefined {
  if (Math.abs(percent * 10_000 - Math.round(percent * 10_000)) < 1e-6) return undefined
  return { field, message: `${percent} % has more than 4 decimals` }
}
