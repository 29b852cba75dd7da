import { describeForeignPrices } from '#lab/foreign-prices.ts'
import type { Log } from '#runtime/base/log.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { readRuleGaps, warningOf } from '../support/rule-gaps.ts'

/**
 * Logs and returns a warning for each reason why products cannot be sold: prices in another currency than that of the shop,
 * and missing rules of shipping and taxes. Never throws.
 */
export async function warnOfSales(shop: Pick<Shop, 'callsAs'>, log: Pick<Log, 'warn'>): Promise<string[]> {
  const warnings: string[] = []
  for (const check of [describeForeignPrices, describeRuleGaps]) {
    try {
      const warning = await check(shop)
      if (warning === undefined) continue
      log.warn({}, warning)
      warnings.push(warning)
    } catch (error) {
      // The shop can be used without this check
      log.warn({ err: error }, 'the prices and rules of the shop cannot be checked')
    }
  }
  return warnings
}

async function describeRuleGaps(shop: Pick<Shop, 'callsAs'>): Promise<string | undefined> {
  return warningOf(await readRuleGaps(shop))
}
