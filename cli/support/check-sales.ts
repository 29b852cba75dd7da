import { describeForeignPrices } from '#lab/foreign-prices.ts'
import { openCommandShop } from './command-shop.ts'
import type { Finding } from './finding.ts'
import { findingsOf, readRuleGaps } from './rule-gaps.ts'

/**
 * Checks whether the shop can sell its products: their prices are in its currency, and it has rules of shipping and taxes. A
 * shop that cannot be opened has other findings.
 */
export async function checkSales(environment: Record<string, string | undefined>): Promise<Finding[]> {
  try {
    const { shop, close } = await openCommandShop(
      { PANDO_LOG: 'silent', ...environment },
      { mustExist: true },
    )
    try {
      const text = await describeForeignPrices(shop)
      const ofPrices: Finding[] =
        text === undefined ? [] : [{ state: 'wrong', about: 'PANDO_CURRENCY', text }]
      return [...ofPrices, ...findingsOf(await readRuleGaps(shop))]
    } finally {
      await close()
    }
  } catch {
    return []
  }
}
