import type { catalog } from '#modules/catalog/contract.ts'
import type { pricing } from '#modules/pricing/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { countryName } from '#shared/countries.ts'
import { countOf } from '#shared/text.ts'
import type { Finding } from './finding.ts'

/** Products whose variants are looked at. */
const SAMPLE_SIZE = 20
/** Variants in one call. */
const MAX_VARIANTS = 500
/** Countries that a finding names. */
const SHOWN_COUNTRIES = 10

/** The rules of taxes and shipping that a shop has, as far as an order needs them. */
export interface RuleGaps {
  /** Whether the rules are those of a new shop. */
  areUnset: boolean
  /** Shipping methods with a rate. */
  methods: number
  taxZones: number
  /** Countries that goods are shipped to, by code. */
  countries: string[]
  /** Those of them without a tax zone. */
  untaxedCountries: string[]
  /** What the newest products are; `goods` if one of them is shipped. `unknown` if there is a shipping method. */
  products: 'none' | 'goods' | 'not shipped' | 'unknown'
}

export async function readRuleGaps(shop: Pick<Shop, 'callsAs'>): Promise<RuleGaps> {
  const calls = shop.callsAs<{ catalog: typeof catalog; pricing: typeof pricing }>(system('rules'))
  const tax = await calls.pricing.getTax({})
  const shipping = await calls.pricing.getShipping({})
  const methods = shipping.methods.filter(({ rates }) => rates.length > 0)
  const served = new Set(methods.flatMap(({ rates }) => rates.map(({ zoneId }) => zoneId)))
  const zones = shipping.zones.filter(({ id }) => served.has(id))
  const countries = [...new Set(zones.flatMap(countriesOf))].sort()
  const taxed = new Set(tax.zones.flatMap(countriesOf))
  return {
    areUnset:
      shipping.methods.length + shipping.zones.length + tax.zones.length === 0 && tax.settings.home === null,
    methods: methods.length,
    taxZones: tax.zones.length,
    countries,
    untaxedCountries: countries.filter((country) => !taxed.has(country)),
    products: methods.length > 0 ? 'unknown' : await kindOfProducts(calls.catalog),
  }
}

function countriesOf({ areas }: { areas: readonly { country: string }[] }): string[] {
  return areas.map(({ country }) => country)
}

async function kindOfProducts(
  calls: Calls<{ catalog: typeof catalog }>['catalog'],
): Promise<RuleGaps['products']> {
  const { items } = await calls.listProducts({ limit: SAMPLE_SIZE })
  if (items.length === 0) return 'none'
  const variantIds = items.flatMap(({ variants }) => variants.map(({ id }) => id)).slice(0, MAX_VARIANTS)
  const { variants } = await calls.getVariants({ variantIds })
  return variants.some(({ requiresShipping }) => requiresShipping) ? 'goods' : 'not shipped'
}

const LOAD = '"pando rules load sample/pricing.json" loads the rules that Pando 0.1.0 had, as an example'

/**
 * The warning at the start of a shop that has products and lacks the rules to sell them; undefined for other shops. So an
 * upgrade from a version whose rules were constants says what to do.
 */
export function warningOf({ areUnset, methods, taxZones, products }: RuleGaps): string | undefined {
  if (products === 'goods' && methods === 0)
    return `No shipping method is set, so goods that are shipped cannot be ordered${taxZones === 0 ? ', and no tax zone, so nothing is taxed' : ''}. Set them with "pando rules load FILE": ${LOAD}`
  if (products === 'not shipped' && areUnset)
    return `No tax zone is set, so nothing is taxed. If the shop charges tax, run "pando rules load tax-rates --country …"; if not, set its country in the tax settings`
  return undefined
}

/** What `pando doctor` says about the rules of a shop. */
export function findingsOf(gaps: RuleGaps): Finding[] {
  return [shippingFinding(gaps), taxFinding(gaps)]
}

function shippingFinding({ methods, countries, products }: RuleGaps): Finding {
  const about = 'shipping'
  if (methods > 0)
    return {
      state: 'ok',
      about,
      text: `${countOf(methods, 'method')} to ${countOf(countries.length, 'country', 'countries')}`,
    }
  return {
    state: products === 'goods' ? 'wrong' : 'note',
    about,
    text: 'no shipping method has a rate, so goods that are shipped cannot be ordered',
    remedy: `add one with "pando rules load FILE" or the API under /api/v1/admin/shipping; ${LOAD}`,
  }
}

function taxFinding({ taxZones, countries, untaxedCountries }: RuleGaps): Finding {
  const about = 'taxes'
  if (taxZones === 0)
    return {
      state: 'note',
      about,
      text: 'no tax zone, so nothing is taxed',
      remedy: 'if the shop charges tax, run "pando rules load tax-rates --country …" with its countries',
    }
  if (untaxedCountries.length === 0) {
    const where = countries.length > 0 ? ', which contain all countries that goods are shipped to' : ''
    return { state: 'ok', about, text: `${countOf(taxZones, 'zone')}${where}` }
  }
  const shown = untaxedCountries.slice(0, SHOWN_COUNTRIES).map(countryName).join(', ')
  const more = untaxedCountries.length - SHOWN_COUNTRIES
  return {
    state: 'note',
    about,
    text: `goods are shipped to ${countOf(untaxedCountries.length, 'country', 'countries')} without a tax zone, where nothing is taxed: ${shown}${more > 0 ? ` and ${more} more` : ''}`,
    remedy:
      'that is right if the shop charges no tax there; else run "pando rules load tax-rates --country …"',
  }
}
