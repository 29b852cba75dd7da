import type { TaxSettings, TaxZone } from '../schemas.ts'
import { allocate, includedShareOf, percentOf, rateOf, shareOf, sum } from './share.ts'

export const STANDARD = 'standard'

/** The taxes of one tax class in one zone. */
export interface Rates {
  /** Identifies the rates: amounts with the same key are taxed together, whatever their class. */
  key: string
  parts: readonly { title: string; rate: number }[]
  /** The sum of all parts, in parts per million. */
  rate: number
}

/** An amount to tax, in minor units. */
export interface TaxableAmount {
  taxClass: string
  taxable: boolean
  amount: number
  /** Whether the amount contains the tax. */
  included: boolean
}

export interface Tax {
  title: string
  percent: number
  /** Without the tax. */
  base: number
  amount: number
  included: boolean
}

const NO_RATES: Rates = { key: '', parts: [], rate: 0 }

/** The rates of a tax class. A class without rates has those of `standard`; without a zone there is no tax. */
export function ratesOf(
  zone: TaxZone | undefined,
  { taxClass, taxable }: { taxClass: string; taxable: boolean },
): Rates {
  if (!zone || !taxable) return NO_RATES
  const own = zone.rates.filter((rate) => rate.taxClass === taxClass)
  const parts = own.length > 0 ? own : zone.rates.filter((rate) => rate.taxClass === STANDARD)
  if (parts.length === 0) return NO_RATES
  return {
    key: parts.map(({ title, percent }) => `${percent} ${title}`).join('\n'),
    parts: parts.map(({ title, percent }) => ({ title, rate: rateOf(percent) })),
    rate: sum(parts.map(({ percent }) => rateOf(percent))),
  }
}

/**
 * The taxes of a cart, one for each rate. With rounding by total, the amounts with the same rates are added up before the
 * tax is computed; with rounding by line, the tax of each amount is rounded.
 */
export function taxesOf(
  zone: TaxZone | undefined,
  goods: readonly TaxableAmount[],
  shipping: { amount: number; included: boolean },
  settings: Pick<TaxSettings, 'rounding' | 'shipping'>,
): Tax[] {
  const amounts = [...goods, ...shippingAmounts(zone, goods, shipping, settings.shipping)]
  const groups = Map.groupBy(
    amounts.map((each) => ({ ...each, rates: ratesOf(zone, each) })),
    ({ rates, included }) => `${included} ${rates.key}`,
  )
  return [...groups.values()].flatMap((group) => {
    const { rates, included } = group[0]!
    if (rates.parts.length === 0) return []
    const taxOf = included ? includedShareOf : shareOf
    const amount = sum(group.map((each) => each.amount))
    const tax =
      settings.rounding === 'total'
        ? taxOf(amount, rates.rate)
        : sum(group.map((each) => taxOf(each.amount, rates.rate)))
    const base = included ? amount - tax : amount
    const shares =
      rates.rate === 0
        ? rates.parts.map(() => 0)
        : allocate(
            tax,
            rates.parts.map(({ rate }) => rate),
          )
    return rates.parts.map(({ title, rate }, index) => ({
      title,
      percent: percentOf(rate),
      base,
      amount: shares[index]!,
      included,
    }))
  })
}

/** The tax that a price of shipping contains if it includes the tax of the zone. */
export function taxInShipping(
  zone: TaxZone | undefined,
  goods: readonly TaxableAmount[],
  amount: number,
  settings: TaxSettings['shipping'],
): number {
  const amounts = shippingAmounts(zone, goods, { amount, included: true }, settings)
  return sum(amounts.map((each) => includedShareOf(each.amount, ratesOf(zone, each).rate)))
}

/** The price of shipping as amounts to tax: by one class, or split over the classes of the goods. */
function shippingAmounts(
  zone: TaxZone | undefined,
  goods: readonly TaxableAmount[],
  { amount, included }: { amount: number; included: boolean },
  settings: TaxSettings['shipping'],
): TaxableAmount[] {
  if (amount === 0) return []
  if (settings.by === 'class') return [{ taxClass: settings.taxClass, taxable: true, amount, included }]
  const groups = Map.groupBy(goods, (each) => ratesOf(zone, each).key)
  const keys = [...groups.keys()].sort()
  const shares = allocate(
    amount,
    keys.map((key) => sum(groups.get(key)!.map((each) => each.amount))),
  )
  // Goods that cost nothing leave nothing to split by: shipping has the standard rate
  if (sum(shares) === 0) return [{ taxClass: STANDARD, taxable: true, amount, included }]
  return keys.map((key, index) => {
    const { taxClass, taxable } = groups.get(key)![0]!
    return { taxClass, taxable, amount: shares[index]!, included }
  })
}
