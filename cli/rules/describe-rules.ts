import { countryName } from '#shared/countries.ts'
import { formatMoney, money } from '#shared/money.ts'
import { formatTable } from '../support/table.ts'
import type { SetRules } from './set-rules.ts'

type Area = SetRules['tax']['zones'][number]['areas'][number]
type Method = SetRules['shipping']['methods'][number]
type Rate = Method['rates'][number]

/** Areas of a zone that are named. */
const SHOWN_AREAS = 8
const INDENT = '  '

/** The rules of a shop as lines of text. */
export function describeRules({ tax, shipping, promotions }: SetRules, currency: string): string[] {
  return [
    'Taxes',
    ...describeTaxSettings(tax.settings).map(indent),
    ...table(
      ['ZONE', 'AREAS', 'PRICES', 'RATES'],
      byTitle(tax.zones).map(({ title, areas, prices, rates, reverseCharge }) => [
        title,
        describeAreas(areas),
        prices === 'included' ? 'contain tax' : 'tax is added',
        [
          ...(rates.length > 0 ? rates.map(describeTaxRate) : ['no tax']),
          ...(reverseCharge ? ['reverse charge'] : []),
        ].join(', '),
      ]),
      'No tax zone: nothing is taxed',
    ),
    '',
    'Shipping',
    ...table(
      ['ZONE', 'AREAS'],
      byTitle(shipping.zones).map(({ title, areas }) => [title, describeAreas(areas)]),
      'No shipping zone: goods are shipped nowhere',
    ),
    ...table(
      ['METHOD', 'ZONE', 'DAYS', 'PRICE'],
      shipping.methods.flatMap((method) => describeMethod(method, shipping.zones, currency)),
      'No shipping method: goods that are shipped cannot be ordered',
    ),
    '',
    'Promotions',
    ...table(
      ['STATE', 'USES', 'TITLE', 'EFFECT'],
      promotions.map(({ active, uses, title, summary }) => [
        active ? 'active' : 'inactive',
        `${uses}`,
        title,
        summary,
      ]),
      'No promotion',
    ),
  ]
}

function describeTaxSettings({ home, rounding, shipping }: SetRules['tax']['settings']): string[] {
  return [
    `The shop is in ${home ? describeArea(home) : 'no country: set "home" in the tax settings'}`,
    `Tax is rounded ${rounding === 'total' ? 'once for each rate' : 'for each line'}`,
    `Shipping is taxed ${shipping.by === 'goods' ? 'like the goods, in proportion' : `by the class ${shipping.taxClass}`}`,
  ]
}

function describeTaxRate({
  taxClass,
  title,
  percent,
}: SetRules['tax']['zones'][number]['rates'][number]): string {
  return `${taxClass} ${percent} % (${title})`
}

function describeMethod(
  { title, rates, excludedClasses }: Method,
  zones: SetRules['shipping']['zones'],
  currency: string,
): string[][] {
  const excluded = excludedClasses.length > 0 ? `; not for ${excludedClasses.join(', ')}` : ''
  if (rates.length === 0) return [[title, '-', '-', 'offered nowhere']]
  return rates.map((rate) => [
    title,
    zones.find(({ id }) => id === rate.zoneId)?.title ?? rate.zoneId,
    rate.days ? describeDays(rate.days) : '-',
    `${describePrices(rate, currency)}${excluded}`,
  ])
}

function describeDays({ from, to }: { from: number; to: number }): string {
  return from === to ? `${from}` : `${from}–${to}`
}

function describePrices({ by, bands, freeFrom }: Rate, currency: string): string {
  const parts = bands.map(({ upTo, amount }) => {
    const price = formatMoney(money(amount, currency))
    return upTo === null ? price : `${price} up to ${describeLimit(by, upTo, currency)}`
  })
  const free = freeFrom === null ? '' : `; free from ${formatMoney(money(freeFrom, currency))}`
  return `${parts.join(', ')}${free}`
}

function describeLimit(by: Rate['by'], upTo: number, currency: string): string {
  switch (by) {
    case 'weight':
      return `${upTo} g`
    case 'pieces':
      return `${upTo} pieces`
    case 'price':
      return formatMoney(money(upTo, currency))
  }
}

function describeAreas(areas: readonly Area[]): string {
  const shown = areas.slice(0, SHOWN_AREAS).map(({ country, region, postalPrefix }) => {
    if (postalPrefix !== undefined) return `${country} ${postalPrefix}…`
    return region === undefined ? country : `${country}-${region}`
  })
  const more = areas.length - shown.length
  return shown.join(' ') + (more > 0 ? ` and ${more} more` : '')
}

function describeArea({ country, region }: Area): string {
  return region === undefined ? countryName(country) : `${countryName(country)}, ${region}`
}

function byTitle<Rule extends { title: string }>(rules: readonly Rule[]): Rule[] {
  return rules.toSorted((a, b) => a.title.localeCompare(b.title, 'en'))
}

/** A table, or one line if there is nothing to list. */
function table(head: string[], rows: string[][], nothing: string): string[] {
  return (rows.length > 0 ? formatTable([head, ...rows]) : [nothing]).map(indent)
}

function indent(line: string): string {
  return INDENT + line
}
