import { fileURLToPath } from 'node:url'
import type { pricing } from '#modules/pricing/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { readRulesFile } from '../rules/read-rules.ts'
import type { ImportModules } from './run-import.ts'

const SAMPLE = fileURLToPath(new URL('../../sample/catalogue.csv', import.meta.url))
const SAMPLE_RULES = fileURLToPath(new URL('../../sample/pricing.json', import.meta.url))

/**
 * Fills an empty catalogue with the sample catalogue, and the empty rules of prices with those of the sample, so that a
 * first start has products that can be bought. Changes no other catalogue.
 */
export async function seedSample(shop: Shop, currency: string): Promise<void> {
  const calls = shop.callsAs<ImportModules & { pricing: typeof pricing }>(system('sample'))
  const { items } = await calls.catalog.listProducts({ limit: 1 })
  if (items.length > 0) return
  await seedRules(calls)
  // Loaded only here, because most starts find a filled catalogue
  const { importShopify } = await import('./run-import.ts')
  await importShopify([SAMPLE], { calls, currency })
  // Products count as sold out until the events of inventory are delivered
  await shop.drain()
}

/** Loads the sample's taxes, shipping methods and promotions into a shop without shipping methods. */
export async function seedRules(calls: Calls<{ pricing: typeof pricing }>): Promise<void> {
  const { methods } = await calls.pricing.getShipping({})
  if (methods.length > 0) return
  const rules = await readRulesFile(SAMPLE_RULES)
  await calls.pricing.loadRules({ ...rules, dryRun: false })
}
