import { money } from '#shared/money.ts'
import type { Quote } from '../contract.ts'
import type { Promotion, QuoteInput, QuoteLine, ShippingMethod, TaxZone } from '../schemas.ts'
import { addressOf } from './area.ts'
import { type Item, itemsOf } from './items.ts'
import { type AppliedPromotions, applyPromotions, type Candidate } from './promotions/apply.ts'
import type { Buyer, Obstacle } from './promotions/conditions.ts'
import { explainObstacle } from './promotions/explain.ts'
import type { RuleSet } from './rule-set.ts'
import { allocate, includedShareOf, sum } from './share.ts'
import { type ShippingOffer, shippingOptionsFor } from './shipping.ts'
import { ratesOf, type TaxableAmount, taxesOf, taxInShipping } from './tax.ts'

/** What a quote needs besides the rules and the cart. */
export interface QuoteFacts {
  now: Date
  buyer: Buyer & {
    /** Why the buyer pays no tax; null: they do. */
    taxExemption: 'exempt' | 'reverseCharge' | null
  }
  /** The promotion of each single-use code in the cart, if there is one. */
  singleUseCodes: ReadonlyMap<string, { promotion: Promotion; isUsed: boolean }>
  /** Promotions whose limits are reached. */
  usedUp: ReadonlyMap<string, 'usedUp' | 'usedUpByCustomer'>
}

/**
 * Computes what a cart costs. The order of lines and codes makes no difference to any amount.
 *
 * Always: `total` = `subtotal` - `discount` + `shipping` + `tax`, all in whole minor units, and none is negative.
 */
export function quote(rules: RuleSet, input: QuoteInput, facts: QuoteFacts): Quote {
  const { currency, address } = input
  const taxAddress = address ?? (rules.tax.home && addressOf(rules.tax.home))
  const zone = taxAddress ? rules.taxZones.find(taxAddress) : undefined
  const { taxExemption } = facts.buyer
  const lines = taxExemption ? withoutTax(input.lines, zone) : input.lines
  const taxedZone = taxExemption ? undefined : zone

  const items = itemsOf(lines)
  const { candidates, unknownCodes, surplus } = candidatesOf(rules, input.codes, facts)
  const chosenPromotions = applyPromotions(candidates, {
    now: facts.now,
    items,
    address,
    buyer: facts.buyer,
  })
  const { discounts } = chosenPromotions
  const subtotal = sum(items.map((item) => item.amount))
  const discount = sum(discounts)
  const goodsIncluded = zone?.prices === 'included'
  const containTax = (prices: ShippingMethod['prices']) =>
    prices === 'zone' ? goodsIncluded : prices === 'included'
  const taxable = items.map(
    (item, index): TaxableAmount => ({
      taxClass: item.taxClass,
      taxable: item.taxable,
      amount: item.amount - discounts[index]!,
      included: goodsIncluded,
    }),
  )

  const shippingZone = address ? rules.shippingZones.find(address) : undefined
  const offers = shippingOptionsFor(shippingZone, rules.shippingMethods, {
    items,
    goodsPrice: subtotal - discount,
    currency,
    isFree: chosenPromotions.applied.some((each) => each.class === 'shipping'),
    toPay: (price, { prices }) =>
      taxExemption && containTax(prices)
        ? price - taxInShipping(zone, taxable, price, rules.tax.shipping)
        : price,
  })
  const chosen = offers.find(({ option }) => option.id === input.shippingOptionId)
  const shipping = chosen?.option.price.amount ?? 0

  const promoted = chosen ? withoutUselessFreeShipping(chosenPromotions, chosen) : chosenPromotions

  const taxes = taxesOf(
    taxedZone,
    taxable,
    { amount: shipping, included: containTax(chosen?.method?.prices ?? 'zone') },
    rules.tax,
  )
  const tax = sum(taxes.filter(({ included }) => !included).map(({ amount }) => amount))
  const includedTax = sum(taxes.filter(({ included }) => included).map(({ amount }) => amount))

  return {
    lines: quotedLines(input, items, discounts),
    codes: [
      ...codesOf(promoted, currency),
      ...unknownCodes.map((code) => ({
        code,
        title: code,
        status: 'unknown' as const,
        reason: 'This code does not exist or is not valid now.',
      })),
      ...surplus.map(({ code, title, obstacle }) => ({
        code,
        title,
        status: 'waiting' as const,
        reason: explainObstacle(obstacle, currency),
      })),
    ].sort((a, b) => (a.code < b.code ? -1 : 1)),
    discounts: promoted.applied.map(({ promotion, code, class: promotionClass, discounts: parts }) => {
      const amount = promotionClass === 'shipping' ? (chosen ? chosen.fullPrice - shipping : 0) : sum(parts)
      const { id: promotionId, title } = promotion
      return { promotionId, title, code, class: promotionClass, amount: money(amount, currency) }
    }),
    shippingOptions: offers.map(({ option }) => option),
    shippingOption: chosen?.option ?? null,
    shippingProblem: address
      ? shippingProblemOf(rules, shippingZone !== undefined, offers.length > 0, address)
      : null,
    taxExemption,
    taxes: taxes.map(({ base, amount, ...rest }) => ({
      ...rest,
      base: money(base, currency),
      amount: money(amount, currency),
    })),
    totals: {
      subtotal: money(subtotal, currency),
      discount: money(discount, currency),
      shipping: money(shipping, currency),
      tax: money(tax, currency),
      includedTax: money(includedTax, currency),
      total: money(subtotal - discount + shipping + tax, currency),
    },
  }
}

/** A promotion for free shipping does not count as used if the chosen option costs nothing anyway, or is not covered. */
function withoutUselessFreeShipping(
  promoted: AppliedPromotions,
  { option, fullPrice }: ShippingOffer,
): AppliedPromotions {
  if (option.price.amount < fullPrice) return promoted
  const obstacle: Obstacle =
    fullPrice === 0 ? { reason: 'freeAlready' } : { reason: 'otherMethod', title: option.title }
  const useless = promoted.applied.filter((each) => each.class === 'shipping')
  return {
    ...promoted,
    applied: promoted.applied.filter((each) => each.class !== 'shipping'),
    refused: [...promoted.refused, ...useless.map((each) => ({ ...each, obstacle }))],
  }
}

/** The lines of a buyer who pays no tax: prices that contain a tax are reduced by it. */
function withoutTax(lines: readonly QuoteLine[], zone: TaxZone | undefined): QuoteLine[] {
  if (zone?.prices !== 'included') return [...lines]
  return lines.map((line) => ({
    ...line,
    unitPrice: line.unitPrice - includedShareOf(line.unitPrice, ratesOf(zone, line).rate),
  }))
}

/** A code of a promotion that another code of the cart stands for already. */
interface SurplusCode {
  code: string
  title: string
  obstacle: Obstacle
}

/** The promotions that apply without a code, and those of the codes. Of several codes of one promotion, one counts. */
function candidatesOf(
  rules: RuleSet,
  codes: readonly string[],
  { singleUseCodes, usedUp }: QuoteFacts,
): { candidates: Candidate[]; unknownCodes: string[]; surplus: SurplusCode[] } {
  const unknownCodes: string[] = []
  const surplus: SurplusCode[] = []
  const byId = new Map<string, Candidate>()
  for (const promotion of rules.automatic) byId.set(promotion.id, { promotion, code: null })
  const isUsed = (code: string) => singleUseCodes.get(code)?.isUsed ?? false
  // A code that was used does not stand in the way of another one
  const sorted = [...new Set(codes)].sort((a, b) => Number(isUsed(a)) - Number(isUsed(b)) || (a < b ? -1 : 1))
  for (const code of sorted) {
    const promotion = rules.byCode.get(code) ?? singleUseCodes.get(code)?.promotion
    if (!promotion?.active) unknownCodes.push(code)
    else if (!byId.has(promotion.id))
      byId.set(promotion.id, { promotion, code, ...(isUsed(code) ? { used: 'usedUp' as const } : {}) })
    else {
      const reason = isUsed(code) ? ('usedUp' as const) : ('anotherCode' as const)
      surplus.push({ code, title: promotion.title, obstacle: { reason } })
    }
  }
  const candidates = [...byId.values()].map((candidate) => {
    const used = candidate.used ?? usedUp.get(candidate.promotion.id)
    return used ? { ...candidate, used } : candidate
  })
  return { candidates, unknownCodes, surplus }
}

function codesOf({ applied, refused }: AppliedPromotions, currency: string): Quote['codes'] {
  return [
    ...applied.flatMap(({ code, promotion }) =>
      code === null ? [] : [{ code, title: promotion.title, status: 'applied' as const, reason: null }],
    ),
    ...refused.flatMap(({ code, promotion, obstacle }) =>
      code === null
        ? []
        : [
            {
              code,
              title: promotion.title,
              status: 'waiting' as const,
              reason: explainObstacle(obstacle, currency),
            },
          ],
    ),
  ]
}

/** The prices of each line: the item's discount is split over its lines by their amounts. */
function quotedLines(
  { lines, currency }: QuoteInput,
  items: readonly Item[],
  discounts: readonly number[],
): Quote['lines'] {
  const byId = new Map<string, Quote['lines'][number]>()
  for (const [index, item] of items.entries()) {
    const shares = allocate(
      discounts[index]!,
      item.lines.map((line) => line.quantity),
    )
    for (const [position, { id, quantity }] of item.lines.entries()) {
      byId.set(id, {
        id,
        unitPrice: money(item.unitPrice, currency),
        total: money(item.unitPrice * quantity, currency),
        discount: money(shares[position]!, currency),
      })
    }
  }
  return lines.map(({ id }) => byId.get(id)!)
}

function shippingProblemOf(
  rules: RuleSet,
  hasZone: boolean,
  hasOptions: boolean,
  { country }: { country: string },
): Quote['shippingProblem'] {
  if (!rules.countries.has(country)) return 'countryNotServed'
  if (!hasZone) return 'addressNotServed'
  return hasOptions ? null : 'goodsNotShipped'
}
