import { importShopify } from '#cli/import/run-import.ts'
import { keepHeapLean } from '#cli/support/lean-heap.ts'
import type { catalog } from '#modules/catalog/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { createLog } from '#runtime/base/log.ts'
import { system } from '#runtime/contract/caller.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import { SECRET } from './processes.ts'

// Imports the CSV file of the argument into the shop of DATABASE_URL like `pando import shopify`, and prints time and
// memory.
keepHeapLean()
const file = process.argv[2]!
const shop = await openShop({
  modules: await loadModules(),
  databaseUrl: process.env.DATABASE_URL!,
  secret: SECRET,
  publicUrl: 'http://localhost:4790',
  dataDirectory: process.env.PANDO_DATA!,
  log: createLog({ level: 'warn' }),
  environment: {},
  background: false,
})
const began = performance.now()
const calls = shop.callsAs<{ catalog: typeof catalog; inventory: typeof inventory }>(system('import'))
const report = await importShopify([file], { calls, currency: 'EUR' })
const imported = performance.now()
await shop.drain()
const drained = performance.now()
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
await shop.stop()
console.log(
  `result ${JSON.stringify({
    products: report.products.created,
    variants: report.variants,
    importSeconds: (imported - began) / 1000,
    drainSeconds: (drained - imported) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS * 1.024e-3,
  })}`,
)
