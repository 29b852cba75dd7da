import type { Sql } from '#runtime/database/pool.ts'
import type { Quote } from './contract.ts'
import { isLimited, usedUpState } from './rules/promotions/limits.ts'
import { quote } from './rules/quote.ts'
import type { RuleSet } from './rules/rule-set.ts'
import { taxExemptionOf } from './rules/tax-exemption.ts'
import type { Promotion, QuoteInput } from './schemas.ts'
import type { Services } from './services.ts'
import type { BuyerKey } from './store/redemptions.ts'
import { countUses, findSingleUseCodes, hasOrdered } from './store/redemptions.ts'

interface QuoteContext {
  readonly sql: Sql
  readonly services: Services
}

/**
 * Reads what a quote depends on, and computes it. With rules and terms in memory it sends statements only for carts with
 * single-use codes, and for promotions with limits or for first orders.
 */
export async function quoteCart(
  { sql, services }: QuoteContext,
  input: QuoteInput,
  now: Date,
): Promise<Quote> {
  const rules = await services.ruleSet(sql)
  const terms = input.customerId === null ? undefined : await services.termsOf(sql, input.customerId)
  const singleUseCodes = await readSingleUseCodes(sql, rules, input)
  const candidates = [
    ...rules.automatic,
    ...input.codes.flatMap((code) => rules.byCode.get(code) ?? singleUseCodes.get(code)?.promotion ?? []),
  ]
  const buyer = buyerKeyOf(input)
  return quote(rules, input, {
    now,
    buyer: {
      groups: terms?.groups ?? [],
      hasOrdered:
        buyer && candidates.some(({ conditions }) => conditions.firstOrder)
          ? await hasOrdered(sql, buyer, input.orderId)
          : null,
      taxExemption: taxExemptionOf(rules, input, terms),
    },
    singleUseCodes,
    usedUp: await readUsedUp(sql, candidates, buyer, input.orderId),
  })
}

/** The buyer as redemptions record them; undefined while nothing about them is known. */
function buyerKeyOf({ customerId, email }: Pick<QuoteInput, 'customerId' | 'email'>): BuyerKey | undefined {
  return customerId === null && email === null
    ? undefined
    : { customerId, email: email?.toLowerCase() ?? null }
}

async function readSingleUseCodes(
  sql: Sql,
  rules: RuleSet,
  { codes, orderId }: Pick<QuoteInput, 'codes' | 'orderId'>,
): Promise<Map<string, { promotion: Promotion; isUsed: boolean }>> {
  const others = codes.filter((code) => !rules.byCode.has(code))
  if (others.length === 0) return new Map()
  const found = await findSingleUseCodes(sql, others)
  return new Map(
    found.flatMap(({ code, promotionId, usedBy }) => {
      const promotion = rules.byId.get(promotionId)
      const isUsed = usedBy !== null && usedBy !== orderId
      // Its codes stay when the trigger of a promotion changes
      return promotion?.trigger.by === 'singleUseCodes' ? [[code, { promotion, isUsed }] as const] : []
    }),
  )
}

/** The promotions that have reached a limit, with the limit. `except` is an order that does not count. */
export async function readUsedUp(
  sql: Sql,
  promotions: readonly Promotion[],
  buyer: BuyerKey | undefined,
  except?: string,
): Promise<Map<string, 'usedUp' | 'usedUpByCustomer'>> {
  const limited = new Map(promotions.filter(isLimited).map((promotion) => [promotion.id, promotion]))
  if (limited.size === 0) return new Map()
  const counts = await countUses(sql, [...limited.keys()], buyer, except)
  return new Map(
    counts.flatMap(({ promotionId, uses, usesByBuyer }) => {
      const state = usedUpState(limited.get(promotionId)!, uses, usesByBuyer)
      return state ? [[promotionId, state] as const] : []
    }),
  )
}
