import type { Promotion, QuoteInput, QuoteLine, ShippingMethod, TaxZone } from '../schemas.ts'
import { type QuoteFacts, quote } from './quote.ts'
import { noRules, type Rules, ruleSetOf } from './rule-set.ts'

export const NOW = new Date('2026-06-01T12:00:00Z')

export const DE_ZONE = 'shz_de'

export const noFacts: QuoteFacts = {
  now: NOW,
  buyer: { groups: [], hasOrdered: null, taxExemption: null },
  singleUseCodes: new Map(),
  usedUp: new Map(),
}

export function aQuoteLine(change: Partial<QuoteLine> = {}): QuoteLine {
  const number = change.id?.match(/\d+/)?.[0] ?? '1'
  return {
    id: `lin_${number}`,
    variantId: `var_${number}`,
    productId: `prd_${number}`,
    categories: [],
    unitPrice: 1000,
    quantity: 1,
    weightGrams: 100,
    requiresShipping: true,
    taxable: true,
    taxClass: 'standard',
    shippingClass: '',
    ...change,
  }
}

export function anInput(change: Partial<QuoteInput> = {}): QuoteInput {
  return {
    currency: 'EUR',
    lines: [aQuoteLine()],
    address: { country: 'DE' },
    customerId: null,
    email: null,
    codes: [],
    shippingOptionId: null,
    ...change,
  }
}

export function aTaxZone(change: Partial<TaxZone> = {}): TaxZone {
  return {
    id: 'txz_de',
    title: 'Germany',
    areas: [{ country: 'DE' }],
    prices: 'included',
    rates: [{ taxClass: 'standard', title: 'VAT', percent: 19 }],
    reverseCharge: false,
    ...change,
  }
}

export function aMethod(change: Partial<ShippingMethod> & { amount?: number } = {}): ShippingMethod {
  const { amount = 490, ...rest } = change
  return {
    id: 'parcel',
    title: 'Parcel',
    handover: 'shipping',
    position: 1,
    prices: 'zone',
    freeByPromotion: true,
    excludedClasses: [],
    rates: [
      {
        zoneId: DE_ZONE,
        days: { from: 2, to: 4 },
        by: 'weight',
        bands: [{ upTo: null, amount }],
        freeFrom: null,
      },
    ],
    ...rest,
  }
}

export function aPromotion(change: Partial<Promotion> = {}): Promotion {
  return {
    id: 'prm_1',
    title: '10 % off',
    active: true,
    trigger: { by: 'automatic' },
    priority: 0,
    combinesWith: ['goods', 'order', 'shipping'],
    startsAt: null,
    endsAt: null,
    conditions: {},
    effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 10 } },
    limit: null,
    limitPerCustomer: null,
    ...change,
  }
}

/** Rules with one shipping zone, Germany. */
export function someRules(change: Partial<Rules> = {}): Rules {
  return {
    ...noRules,
    shippingZones: [{ id: DE_ZONE, title: 'Germany', areas: [{ country: 'DE' }] }],
    ...change,
  }
}

/** The quote with its amounts as numbers. */
export function amountsOf(rules: Rules, input: QuoteInput, facts: QuoteFacts = noFacts) {
  const { totals } = quote(ruleSetOf(rules), input, facts)
  return Object.fromEntries(Object.entries(totals).map(([name, { amount }]) => [name, amount]))
}
