import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { settle } from '../support/bench-shop.ts'
import { writeCatalogue } from '../support/large-catalogue.ts'
import { runToEnd, START, startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'
import { searchRow, searchSteadily } from './search.ts'

const PRODUCTS = 100_000
const BAR_SECONDS = 180
const BAR_MEGABYTES = 250
const BAR_UNTIL_BUYABLE_SECONDS = 60
const SEARCHES_PER_SECOND = 20
const SEARCH_BAR_MS = 50

interface Imported {
  products: number
  variants: number
  /** Until the last row was read and written, and from then until everything could be bought. */
  importSeconds: number
  drainSeconds: number
  cpuSeconds: number
  peakMegabytes: number
}

/**
 * An import of a Shopify file into an empty shop, and the memory of its process; then searches in that shop, at once,
 * and after PostgreSQL has tidied up.
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
  const barSeconds = (BAR_SECONDS * products) / PRODUCTS
  return {
    work: `import of ${products.toLocaleString('en')} products with ${variants.toLocaleString('en')} variants, and until all can be bought`,
    figure: `${importSeconds.toFixed(0)} s, then ${drainSeconds.toFixed(0)} s, ${peakMegabytes.toFixed(0)} MB at most`,
    bar: `${barSeconds.toFixed(0)} s, then ${BAR_UNTIL_BUYABLE_SECONDS} s, ${BAR_MEGABYTES} MB`,
    met:
      importSeconds <= barSeconds &&
      drainSeconds <= BAR_UNTIL_BUYABLE_SECONDS &&
      peakMegabytes <= BAR_MEGABYTES,
    data: { importSeconds, drainSeconds, peakMegabytes, cpuSeconds: imported.cpuSeconds },
  }
}

async function measureSearches(databaseUrl: string, directory: string, products: number): Promise<Row[]> {
  const server = await startServer(
    [...START, '--port', '4791', '--data', directory, '--no-sample'],
    'Ready in',
    { DATABASE_URL: databaseUrl, PANDO_RATE_LIMITS: 'off', PANDO_LOG: 'warn' },
  )
  const origin = 'http://127.0.0.1:4791'
  const work = (when: string) =>
    `search over ${products.toLocaleString('en')} products, ${SEARCHES_PER_SECOND} requests a second, none cached, ${when}`
  try {
    const atOnce = await searchSteadily(origin, SEARCHES_PER_SECOND)
    await settle(databaseUrl)
    const later = await searchSteadily(origin, SEARCHES_PER_SECOND, 1)
    return [
      searchRow(atOnce, { work: work('right after their import'), barMs: SEARCH_BAR_MS }),
      searchRow(later, { work: work('later'), barMs: SEARCH_BAR_MS }),
    ]
  } finally {
    await server.stop()
  }
}
