import { type BenchShop, PRODUCTS } from '../support/bench-shop.ts'
import { Client, openLoop } from '../support/load.ts'
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
  const client = new Client(shop.origin, 16)
  const search = async (n: number) => {
    const query = encodeURIComponent(`${WORDS[n % WORDS.length]} ${n % 3 === 0 ? n % 100 : ''}`.trim())
    await client.get(`/api/v1/products?query=${query}&limit=20&minPrice=${n}`)
  }
  await openLoop(RATE, WARM_UP_S, (n) => search(n + 100_000))
  const { p50, p99 } = await openLoop(RATE, MEASURED_S, search)
  await client.close()
  return {
    work: `search over ${PRODUCTS.toLocaleString('en')} products, ${RATE} requests a second, none cached`,
    figure: `p99 ${p99.toFixed(1)} ms, median ${p50.toFixed(1)} ms`,
    bar: `p99 within ${BAR_MS} ms`,
    met: p99 <= BAR_MS,
    data: { p50, p99 },
  }
}
