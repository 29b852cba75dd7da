import { type BenchShop, PRODUCTS } from '../support/bench-shop.ts'
import { Client, type LoadResult, openLoop } from '../support/load.ts'
import type { Row } from '../support/table.ts'

// Words that match from one product to thousands, so that nothing is found in a cache of answers: each search differs.
const WORDS = [
  'lamp',
  'oak bowl',
  'ceramic',
  'amber glass vase',
  'everyday',
  'wool blanket',
  'honey',
  'chair',
  'cup',
  'steel',
]
const BAR_MS = 10
const RATE = 50
/** A shop that has run for a moment has its code compiled; what compiling costs once is in the figures of the start. */
const WARM_UP_S = 5
/** So many that the slowest hundredth is twenty of them. */
const MEASURED_S = 40

/** Full-text search at a steady rate. */
export async function measureSearch(shop: BenchShop): Promise<Row> {
  return searchRow(await searchSteadily(shop.origin, RATE), {
    work: `search over ${PRODUCTS.toLocaleString('en')} products, ${RATE} requests a second, none cached`,
    barMs: BAR_MS,
  })
}

export function searchRow({ p50, p99 }: LoadResult, { work, barMs }: { work: string; barMs: number }): Row {
  return {
    work,
    figure: `p99 ${p99.toFixed(1)} ms, median ${p50.toFixed(1)} ms`,
    bar: `p99 within ${barMs} ms`,
    met: p99 <= barMs,
    data: { p50, p99 },
  }
}

/** Searches at so many a second, each of which no earlier one has asked; `run` tells those of one shop apart. */
export async function searchSteadily(origin: string, perSecond: number, run = 0): Promise<LoadResult> {
  const client = new Client(origin, 16)
  const search = async (n: number) => {
    const query = encodeURIComponent(`${WORDS[n % WORDS.length]} ${n % 3 === 0 ? n % 100 : ''}`.trim())
    await client.get(`/api/v1/products?query=${query}&limit=20&maxPrice=${(run + 1) * 1_000_000 + n}`)
  }
  await openLoop(perSecond, WARM_UP_S, (n) => search(n + 100_000))
  const result = await openLoop(perSecond, MEASURED_S, search)
  await client.close()
  return result
}
