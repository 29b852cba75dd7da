import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchShop } from '../support/bench-shop.ts'
import { closedLoop, HttpClient } from '../support/load.ts'
import { startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const CONCURRENCY = 16
const SECONDS = 3
const ROUNDS = 3

/**
 * Compares the request rates of the product list and the product page with that of a bare server that sends the same
 * bytes. The figures are those of the round with the median ratio.
 */
export async function measureReading(shop: BenchShop): Promise<Row[]> {
  const product = `/products/${shop.handles[0]}`
  return [
    await measureAgainstBare(
      shop,
      'product list of 20, API, prices and stock included',
      '/api/v1/products?limit=20',
      'application/json; charset=utf-8',
      0.6,
    ),
    await measureAgainstBare(shop, 'product page, HTML', product, 'text/html; charset=utf-8', 0.3),
  ]
}

async function measureAgainstBare(
  shop: BenchShop,
  work: string,
  path: string,
  type: string,
  target: number,
): Promise<Row> {
  const shopClient = new HttpClient(shop.origin, CONCURRENCY)
  const body = await shopClient.get(path)
  const directory = mkdtempSync(join(tmpdir(), 'pando-bench-bytes-'))
  const file = join(directory, 'body')
  writeFileSync(file, body)
  const bare = await startServer(['bench/support/bare-server.ts', file, type], 'bare server at')
  const bareOrigin = bare.line.slice(bare.line.indexOf('http'))
  const bareClient = new HttpClient(bareOrigin, CONCURRENCY)
  const rateOf = async (client: HttpClient, requestPath: string) =>
    (await closedLoop(CONCURRENCY, SECONDS, async () => void (await client.get(requestPath)))).perSecond
  const rounds: { ratio: number; perSecond: number; barePerSecond: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const barePerSecond = await rateOf(bareClient, '/')
    const perSecond = await rateOf(shopClient, path)
    rounds.push({ ratio: perSecond / barePerSecond, perSecond, barePerSecond })
  }
  await Promise.all([shopClient.close(), bareClient.close()])
  await bare.stop()
  rmSync(directory, { recursive: true })
  const { ratio, perSecond, barePerSecond } = rounds.toSorted((a, b) => a.ratio - b.ratio)[
    Math.floor(ROUNDS / 2)
  ]!
  return {
    work,
    figure: `${ratio.toFixed(2)} times the rate of the bare server (${perSecond.toFixed(0)}/s, ${Buffer.byteLength(body)} bytes)`,
    target: `at least ${target}`,
    met: ratio >= target,
    data: { ratio, perSecond, barePerSecond },
  }
}
