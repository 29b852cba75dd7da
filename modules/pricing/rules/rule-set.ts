import type { Promotion, ShippingMethod, ShippingZone, TaxSettings, TaxZone } from '../schemas.ts'
import { type AreaIndex, indexAreas } from './area.ts'

/** All rules of a shop, as they are stored. */
export interface Rules {
  tax: TaxSettings
  taxZones: readonly TaxZone[]
  shippingZones: readonly ShippingZone[]
  shippingMethods: readonly ShippingMethod[]
  promotions: readonly Promotion[]
}

/** The rules of a shop, with indexes for quotes. */
export interface RuleSet {
  tax: TaxSettings
  taxZones: AreaIndex<TaxZone>
  shippingZones: AreaIndex<ShippingZone>
  /** Sorted by position. */
  shippingMethods: readonly ShippingMethod[]
  automatic: readonly Promotion[]
  byCode: ReadonlyMap<string, Promotion>
  byId: ReadonlyMap<string, Promotion>
  /** Countries with a shipping zone. */
  countries: ReadonlySet<string>
}

/** The rules of a new shop: no taxes, no shipping, no promotions. */
export const noRules: Rules = {
  tax: { home: null, rounding: 'total', shipping: { by: 'goods' } },
  taxZones: [],
  shippingZones: [],
  shippingMethods: [],
  promotions: [],
}

export function ruleSetOf({ tax, taxZones, shippingZones, shippingMethods, promotions }: Rules): RuleSet {
  return {
    tax,
    taxZones: indexAreas(taxZones, ({ areas }) => areas),
    shippingZones: indexAreas(shippingZones, ({ areas }) => areas),
    shippingMethods: shippingMethods.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1)),
    automatic: promotions.filter(({ active, trigger }) => active && trigger.by === 'automatic'),
    byCode: new Map(
      promotions.flatMap((promotion) =>
        promotion.trigger.by === 'code' ? [[promotion.trigger.code, promotion] as const] : [],
      ),
    ),
    byId: new Map(promotions.map((promotion) => [promotion.id, promotion])),
    countries: new Set(shippingZones.flatMap(({ areas }) => areas.map(({ country }) => country))),
  }
}
