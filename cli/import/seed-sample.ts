import { fileURLToPath } from 'node:url'
import { system } from '#runtime/contract/caller.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import type { ImportModules } from './run-import.ts'

const SAMPLE = fileURLToPath(new URL('../../sample/catalogue.csv', import.meta.url))

/** Fills an empty catalogue with the sample catalogue, so that a first start has products. Changes no other catalogue. */
export async function seedSample(shop: Shop, currency: string): Promise<void> {
  const calls = shop.callsAs<ImportModules>(system('sample'))
  const { items } = await calls.catalog.listProducts({ limit: 1 })
  if (items.length > 0) return
  // Loaded only here, because most starts find a filled catalogue
  const { importShopify } = await import('./run-import.ts')
  await importShopify([SAMPLE], { calls, currency })
  // Products count as sold out until the events of inventory are delivered
  await shop.drain()
}
