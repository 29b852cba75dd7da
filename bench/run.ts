import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { startBenchShop } from './support/bench-shop.ts'
import { LOAD_CORE, stayOnCore } from './support/cores.ts'
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

// Measures Pando against limits that are measured in the same run, prints a table and writes bench/results/latest.json.
// Absolute figures depend on the machine; the ratios are what to read.
const pinned = stayOnCore(LOAD_CORE)
const rows: Row[] = []
const keep = (...more: Row[]) => {
  rows.push(...more)
  for (const row of more) console.error(`  ${row.work}: ${row.figure}`)
}

console.error('Local calls …')
keep(await measureLocalCall())
console.error('Remote calls …')
keep(await measureRemoteCall())
console.error('Events …')
keep(await measureEvents())
console.error('An import, and searches in what was imported …')
keep(...(await measureImport()))
console.error('Starts …')
keep(...(await measureStart()))
console.error('A shop with 10,000 products …')
const shop = await startBenchShop()
try {
  keep(await measureMemory(shop, 'idle'))
  keep(...(await measureReading(shop)))
  keep(await measureSearch(shop))
  keep(...(await measureOrders(shop)))
  keep(await measureMemory(shop, 'load'))
} finally {
  await shop.stop()
}

console.error('A shop that began without orders, for minutes …')
keep(...(await measureSustained()))
console.error('The same load in three topologies …')
keep(...(await measureTopologies()))
console.error('Modules that move under load …')
keep(...(await measureRelocations()))

console.log(`\n${formatTable(rows)}\n`)
console.log(
  pinned
    ? 'The server had core 0 for itself; the load and PostgreSQL shared core 1.'
    : 'Nothing was kept on a core of its own (one core only, or no taskset): ratios are less sharp.',
)
mkdirSync('bench/results', { recursive: true })
const report = { at: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model, pinned, rows }
writeFileSync('bench/results/latest.json', `${JSON.stringify(report, null, 2)}\n`)
