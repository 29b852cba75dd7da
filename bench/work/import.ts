import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { vacuumAndCheckpoint } from '../support/bench-shop.ts'
import { writeCatalogue } from '../support/large-catalogue.ts'
import { runToEnd, SECRET, START, startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'
import { searchRow, searchSteadily } from './search.ts'

const PRODUCTS = 100_000
const TARGET_SECONDS = 180
const TARGET_MEGABYTES = 250
const TARGET_DRAIN_SECONDS = 60
const SEARCHES_PER_SECOND = 20
const SEARCH_TARGET_MS = 50

interface Imported {
  products: number
  variants: number
  /** The duration of the import itself. */
  importSeconds: number
  /** The duration from then until all events were delivered and everything could be bought. */
  drainSeconds: number
  cpuSeconds: number
  peakMegabytes: number
}

/**
 * Measures an import of a Shopify file into an empty shop and the memory of its process. Then measures searches in that
 * shop, right after the import and again after PostgreSQL has vacuumed its tables.
 */
export async function measureImport(products = PRODUCTS): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-import-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  try {
    const file = join(directory, 'products.csv')
    await writeCatalogue(file, products)
    const imported = await runToEnd<Imported>(['bench/support/import-run.ts', file], {
      DATABASE_URL: database.url,
      PANDO_DATA: directory,
    })
    return [importRow(imported), ...(await measureSearches(database.url, directory, products))]
  } finally {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function importRow(imported: Imported): Row {
  const { products, variants, importSeconds, drainSeconds, peakMegabytes } = imported
  const targetSeconds = (TARGET_SECONDS * products) / PRODUCTS
  return {
    work: `import of ${products.toLocaleString('en')} products with ${variants.toLocaleString('en')} variants, then time until all can be bought`,
    figure: `${importSeconds.toFixed(0)} s, then ${drainSeconds.toFixed(0)} s, ${peakMegabytes.toFixed(0)} MB at most`,
    target: `${targetSeconds.toFixed(0)} s, then ${TARGET_DRAIN_SECONDS} s, ${TARGET_MEGABYTES} MB`,
    met:
      importSeconds <= targetSeconds &&
      drainSeconds <= TARGET_DRAIN_SECONDS &&
      peakMegabytes <= TARGET_MEGABYTES,
    data: { importSeconds, drainSeconds, peakMegabytes, cpuSeconds: imported.cpuSeconds },
  }
}

async function measureSearches(databaseUrl: string, directory: string, products: number): Promise<Row[]> {
  const server = await startServer(
    [...START, '--port', '4791', '--data', directory, '--no-sample'],
    'Ready in',
    { DATABASE_URL: databaseUrl, PANDO_RATE_LIMITS: 'off', PANDO_LOG: 'warn', PANDO_SECRET: SECRET },
  )
  const origin = 'http://127.0.0.1:4791'
  const work = (when: string) =>
    `search over ${products.toLocaleString('en')} products, ${SEARCHES_PER_SECOND} requests a second, none cached, ${when}`
  try {
    const rightAfter = await searchSteadily(origin, SEARCHES_PER_SECOND)
    await vacuumAndCheckpoint(databaseUrl)
    const afterVacuum = await searchSteadily(origin, SEARCHES_PER_SECOND, 1)
    return [
      searchRow(rightAfter, { work: work('right after their import'), targetMs: SEARCH_TARGET_MS }),
      searchRow(afterVacuum, { work: work('after vacuum'), targetMs: SEARCH_TARGET_MS }),
    ]
  } finally {
    await server.stop()
  }
}
