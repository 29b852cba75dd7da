import { describeForeignPrices } from '#lab/foreign-prices.ts'
import { openCommandShop } from './command-shop.ts'
import type { Finding } from './finding.ts'

/** Checks whether the prices of the catalogue are in the currency of the shop. A shop that cannot be opened has other findings. */
export async function checkCurrency(environment: Record<string, string | undefined>): Promise<Finding[]> {
  try {
    const { shop, close } = await openCommandShop(
      { PANDO_LOG: 'silent', ...environment },
      { mustExist: true },
    )
    try {
      const text = await describeForeignPrices(shop)
      return text === undefined ? [] : [{ state: 'wrong', about: 'PANDO_CURRENCY', text }]
    } finally {
      await close()
    }
  } catch {
    return []
  }
}
