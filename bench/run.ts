import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { startBenchShop } from './support/bench-shop.ts'
import { LOAD_CORE, pinToCore } from './support/cores.ts'
import { formatTable, type Row } from './support/table.ts'
import { measureEvents } from './work/events.ts'
import { measureImport } from './work/import.ts'
import { measureLocalCall } from './work/local-call.ts'
import { measureMemory } from './work/memory.ts'
import { measureOrders } from './work/orders.ts'
import { measureReading } from './work/reading.ts'
import { measureRelocations } from './work/relocations.ts'
import { measureRemoteCall } from './work/remote-call.ts'
import { measureSearch } from './work/search.ts'
import { measureStart } from './work/start.ts'
import { measureSustained } from './work/sustained.ts'
import { measureTopologies } from './work/topologies.ts'

// Measures Pando against limits measured in the same run, prints a table and writes bench/results/latest.json. Absolute
// figures depend on the machine, so compare the ratios.
const pinned = pinToCore(LOAD_CORE)
const rows: Row[] = []
const addRows = (...added: Row[]) => {
  rows.push(...added)
  for (const row of added) console.error(`  ${row.work}: ${row.figure}`)
}

console.error('Local calls …')
addRows(await measureLocalCall())
console.error('Remote calls …')
addRows(await measureRemoteCall())
console.error('Events …')
addRows(await measureEvents())
console.error('An import, and searches in the imported products …')
addRows(...(await measureImport()))
console.error('Starts …')
addRows(...(await measureStart()))
console.error('A shop with 10,000 products …')
const shop = await startBenchShop()
try {
  addRows(await measureMemory(shop, 'idle'))
  addRows(...(await measureReading(shop)))
  addRows(await measureSearch(shop))
  addRows(...(await measureOrders(shop)))
  addRows(await measureMemory(shop, 'load'))
} finally {
  await shop.stop()
}

console.error('A new shop with orders for several minutes …')
addRows(...(await measureSustained()))
console.error('The same load in three topologies …')
addRows(...(await measureTopologies()))
console.error('Moves of modules under load …')
addRows(...(await measureRelocations()))

console.log(`\n${formatTable(rows)}\n`)
console.log(
  pinned
    ? 'The server ran alone on core 0; the load and PostgreSQL shared core 1.'
    : 'Programs were not pinned to cores (only one core, or no taskset): the ratios are less precise.',
)
mkdirSync('bench/results', { recursive: true })
const report = { at: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model, pinned, rows }
writeFileSync('bench/results/latest.json', `${JSON.stringify(report, null, 2)}\n`)
