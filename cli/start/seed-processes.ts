import type { catalog } from '#modules/catalog/contract.ts'
import type { Log } from '#runtime/base/log.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { KnownPlacement } from '#runtime/topology/placement.ts'
import { seedSample } from '../import/seed-sample.ts'

const SOON_MS = 100
const PATIENCE_MS = 15_000

/**
 * Fills the empty catalogue of a shop whose modules are in other processes, and waits until the catalogue has heard from
 * the stock that something can be bought.
 */
export async function seedProcesses(options: {
  contracts: readonly Contract[]
  placement: KnownPlacement
  secret: string
  config: Config
  log: Log
}): Promise<void> {
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
    await seedSample(shop, process.env.PANDO_CURRENCY || 'EUR')
    const calls = shop.callsAs<{ catalog: typeof catalog }>(system('sample'))
    const end = Date.now() + PATIENCE_MS
    while (Date.now() < end) {
      const { items } = await calls.catalog.listProducts({ limit: 20 })
      if (items.length === 0 || items.some((product) => product.available)) return
      await new Promise((resolve) => setTimeout(resolve, SOON_MS))
    }
  } finally {
    await shop.stop()
  }
}
