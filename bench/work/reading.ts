import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchShop } from '../support/bench-shop.ts'
import { Client, closedLoop } from '../support/load.ts'
import { startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const CONCURRENCY = 16
const SECONDS = 3
const ROUNDS = 3

/** Lists and product pages, against a bare server that sends the same bytes. */
export async function measureReading(shop: BenchShop): Promise<Row[]> {
  const product = `/products/${shop.handles[0]}`
  return [
    await against(
      shop,
      'product list of 20, API, prices and stock included',
      '/api/v1/products?limit=20',
      'application/json; charset=utf-8',
      0.6,
    ),
    await against(shop, 'product page, HTML', product, 'text/html; charset=utf-8', 0.3),
  ]
}

async function against(shop: BenchShop, work: string, path: string, type: string, bar: number): Promise<Row> {
  const ours = new Client(shop.origin, CONCURRENCY)
  const body = await ours.get(path)
  const file = join(mkdtempSync(join(tmpdir(), 'pando-bench-bytes-')), 'body')
  writeFileSync(file, body)
  const bare = await startServer(['bench/support/bare-server.ts', file, type], 'bare server at')
  const limit = new Client(bare.line.slice(bare.line.indexOf('http')), CONCURRENCY)
  const rates = { shop: [] as number[], bare: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(
      (await closedLoop(CONCURRENCY, SECONDS, async () => void (await limit.get('/')))).perSecond,
    )
    rates.shop.push(
      (await closedLoop(CONCURRENCY, SECONDS, async () => void (await ours.get(path)))).perSecond,
    )
  }
  await Promise.all([ours.close(), limit.close()])
  await bare.stop()
  const ratios = rates.shop.map((rate, i) => rate / rates.bare[i]!).toSorted((a, b) => a - b)
  const ratio = ratios[Math.floor(ROUNDS / 2)]!
  const perSecond = Math.max(...rates.shop)
  return {
    work,
    figure: `${ratio.toFixed(2)} of the bare server (${perSecond.toFixed(0)}/s, ${Buffer.byteLength(body)} bytes)`,
    bar: `at least ${bar}`,
    met: ratio >= bar,
    data: { ratio, perSecond, barePerSecond: Math.max(...rates.bare) },
  }
}
