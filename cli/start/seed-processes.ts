import type { catalog } from '#modules/catalog/contract.ts'
import type { Log } from '#runtime/base/log.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import type { KnownPlacement } from '#runtime/topology/placement.ts'
import { seedSample } from '../import/seed-sample.ts'

const POLL_MS = 100
const TIMEOUT_MS = 15_000

/**
 * Fills an empty catalogue when the modules run in other processes. Waits up to 15 s until the events about stock have
 * arrived at the catalogue, so that products are shown as available.
 */
export function seedProcesses(options: RemoteShopOptions): Promise<void> {
  return withRemoteShop(options, async (shop) => {
    await seedSample(shop, process.env.PANDO_CURRENCY || 'EUR')
    const calls = shop.callsAs<{ catalog: typeof catalog }>(system('sample'))
    const deadline = Date.now() + TIMEOUT_MS
    while (Date.now() < deadline) {
      const { items } = await calls.catalog.listProducts({ limit: 20 })
      if (items.length === 0 || items.some((product) => product.available)) return
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  })
}

export interface RemoteShopOptions {
  contracts: readonly Contract[]
  placement: KnownPlacement
  secret: string
  config: Config
  log: Log
}

/** Opens a shop without modules of its own for `work`: all calls go to the running processes. */
export async function withRemoteShop<Answer>(
  options: RemoteShopOptions,
  work: (shop: Shop) => Promise<Answer>,
): Promise<Answer> {
  const { contracts, placement, secret, config, log } = options
  const shop = await openShop({
    modules: [],
    contracts,
    network: { placement },
    databaseUrl: '',
    secret,
    publicUrl: config.publicUrl,
    dataDirectory: config.dataDirectory,
    log,
    environment: process.env,
    background: false,
  })
  try {
    return await work(shop)
  } finally {
    await shop.stop()
  }
}
