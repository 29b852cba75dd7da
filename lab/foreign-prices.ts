import type { catalog } from '#modules/catalog/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Shop } from '#runtime/process/shop-options.ts'

/**
 * Describes prices that are not in the currency of the shop, whose variants cannot be sold; undefined if there are
 * none.
 */
export async function describeForeignPrices(shop: Pick<Shop, 'callsAs'>): Promise<string | undefined> {
  const calls = shop.callsAs<{ catalog: typeof catalog }>(system('audit'))
  const { currency, foreign } = await calls.catalog.auditPrices({})
  if (foreign.length === 0) return undefined
  const counts = foreign.map((each) => `${each.variants} in ${each.currency}`).join(', ')
  return `PANDO_CURRENCY is ${currency}, but the catalogue has variants with prices in another currency (${counts}), which cannot be sold. Set PANDO_CURRENCY to the currency of the catalogue, or import the products again with prices in ${currency}`
}
