import { type BenchShop, PRODUCTS } from '../support/bench-shop.ts'
import { HttpClient, type LoadResult, openLoop } from '../support/load.ts'
import type { Row } from '../support/table.ts'

// Queries that match from one to thousands of products. A price limit makes each search unique, so that none is cached.
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
const TARGET_MS = 10
const RATE = 50
/** Long enough to compile the code. The measurement of the start includes that time. */
const WARM_UP_S = 5
/** Long enough that at 50 a second, the slowest percent is 20 searches. */
const MEASURED_S = 40
/** Added to the numbers of searches of the warm-up, so that the measured ones are not cached. */
const WARM_UP_OFFSET = 100_000

/** Measures full-text search at a steady rate. */
export async function measureSearch(shop: BenchShop): Promise<Row> {
  return searchRow(await searchSteadily(shop.origin, RATE), {
    work: `search over ${PRODUCTS.toLocaleString('en')} products, ${RATE} requests a second, none cached`,
    targetMs: TARGET_MS,
  })
}

export function searchRow(
  { p50, p99 }: LoadResult,
  { work, targetMs }: { work: string; targetMs: number },
): Row {
  return {
    work,
    figure: `p99 ${p99.toFixed(1)} ms, median ${p50.toFixed(1)} ms`,
    target: `p99 within ${targetMs} ms`,
    met: p99 <= targetMs,
    data: { p50, p99 },
  }
}

/**
 * Sends unique searches at a steady rate. `run` makes the searches differ from those of earlier runs in the same shop.
 */
export async function searchSteadily(origin: string, perSecond: number, run = 0): Promise<LoadResult> {
  const client = new HttpClient(origin, 16)
  const search = async (n: number) => {
    const query = encodeURIComponent(`${WORDS[n % WORDS.length]} ${n % 3 === 0 ? n % 100 : ''}`.trim())
    await client.get(`/api/v1/products?query=${query}&limit=20&maxPrice=${(run + 1) * 1_000_000 + n}`)
  }
  await openLoop(perSecond, WARM_UP_S, (n) => search(n + WARM_UP_OFFSET))
  const result = await openLoop(perSecond, MEASURED_S, search)
  await client.close()
  return result
}
