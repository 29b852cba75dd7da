import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchShop } from '../support/bench-shop.ts'
import { ON_ONE_CORE } from '../support/cores.ts'
import { type FilledCart, fillCart, placeOrder } from '../support/journey.ts'
import { closedLoop, eachOnce, HttpClient, type LoadResult } from '../support/load.ts'
import { cpuSeconds, runToEnd } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const CONCURRENCY = 16
const CARTS = 1000
const ROUNDS = 2
/** Journeys per second that a machine must reach on which pgbench makes PGBENCH_REFERENCE transactions per second. */
const JOURNEY_TARGET = 400
const PGBENCH_REFERENCE = 3700

/**
 * Compares the order rate with that of a bare SQL client that runs the same statements, and the rate of whole shopper
 * journeys with the database's commit rate (pgbench). The figures of orders are those of the round with the best ratio.
 */
export async function measureOrders(shop: BenchShop): Promise<Row[]> {
  const client = new HttpClient(shop.origin, CONCURRENCY)
  try {
    const orders = await measurePlaceOrder(shop, client)
    const journeys = await measureJourney(shop, client)
    return [orders, journeys]
  } finally {
    await client.close()
  }
}

async function measurePlaceOrder(shop: BenchShop, client: HttpClient): Promise<Row> {
  const rounds: { ratio: number; shopResult: LoadResult; sqlResult: LoadResult }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const carts: FilledCart[] = []
    const numbers = Array.from({ length: 2 * CARTS }, (_, n) => n + round * 2 * CARTS)
    await eachOnce(
      CONCURRENCY,
      numbers,
      async (n) => void carts.push(await fillCart(client, shop.variantIds, n)),
    )
    const directory = mkdtempSync(join(tmpdir(), 'pando-bench-carts-'))
    const file = join(directory, 'carts.json')
    writeFileSync(file, JSON.stringify(carts.slice(CARTS).map((cart) => cart.id)))
    const shopResult = await eachOnce(CONCURRENCY, carts.slice(0, CARTS), (cart) => placeOrder(client, cart))
    const sqlResult = await runToEnd<LoadResult>(['bench/support/order-client.ts', file], {
      DATABASE_URL: shop.databaseUrl,
    })
    rmSync(directory, { recursive: true })
    rounds.push({ ratio: shopResult.perSecond / sqlResult.perSecond, shopResult, sqlResult })
  }
  const { ratio, shopResult, sqlResult } = rounds.toSorted((a, b) => b.ratio - a.ratio)[0]!
  return {
    work: `place order, ${CONCURRENCY} at a time`,
    figure: `${ratio.toFixed(2)} times the rate of the bare SQL client (${shopResult.perSecond.toFixed(0)} against ${sqlResult.perSecond.toFixed(0)} orders/s; p50 ${shopResult.p50.toFixed(1)} ms, p99 ${shopResult.p99.toFixed(1)} ms)`,
    target: 'at least 0.5',
    met: ratio >= 0.5,
    data: {
      ratio,
      perSecond: shopResult.perSecond,
      sqlClientPerSecond: sqlResult.perSecond,
      p50: shopResult.p50,
      p99: shopResult.p99,
    },
  }
}

async function measureJourney(shop: BenchShop, client: HttpClient): Promise<Row> {
  const { transactions, missing } = runPgbench(shop.databaseUrl)
  const before = cpuSeconds(shop.server.pid)
  const journeys = await closedLoop(CONCURRENCY, 10, async (n) => {
    await placeOrder(client, await fillCart(client, shop.variantIds, n + 1_000_000))
  })
  const serverMs = ((cpuSeconds(shop.server.pid) - before) * 1000) / journeys.done
  const scale = transactions === undefined ? undefined : transactions / PGBENCH_REFERENCE
  const target = scale === undefined ? JOURNEY_TARGET : JOURNEY_TARGET * scale
  return {
    work: `whole journey (7 API calls), ${CONCURRENCY} at a time${ON_ONE_CORE && `, server${ON_ONE_CORE}`}`,
    figure: `${journeys.perSecond.toFixed(0)} journeys/s (p50 ${journeys.p50.toFixed(0)} ms, p99 ${journeys.p99.toFixed(0)} ms; ${serverMs.toFixed(2)} ms of the server's CPU each)`,
    target:
      transactions === undefined
        ? `${JOURNEY_TARGET} journeys/s on a machine where pgbench -N -c 16 reaches ${PGBENCH_REFERENCE.toLocaleString('en')} transactions/s (${missing})`
        : `${target.toFixed(0)}, because pgbench -N -c 16 made ${transactions.toFixed(0)}/s here (scaled from ${JOURNEY_TARGET} journeys/s at ${PGBENCH_REFERENCE.toLocaleString('en')} transactions/s)`,
    met: transactions === undefined ? null : journeys.perSecond >= target,
    data: {
      perSecond: journeys.perSecond,
      p50: journeys.p50,
      p99: journeys.p99,
      serverMs,
      ...(transactions ? { transactions } : {}),
    },
  }
}

/** The transactions per second that pgbench makes on the same server, or why they are missing. */
type PgbenchResult = { transactions: number; missing?: never } | { transactions?: never; missing: string }

function runPgbench(databaseUrl: string): PgbenchResult {
  const program = findPgbench()
  if (!program) return { missing: 'pgbench is not installed here; on Debian it is in the package postgresql' }
  const url = new URL(databaseUrl)
  url.pathname = '/postgres'
  const run = (args: string[]) => spawnSync(program, [...args, url.href], { encoding: 'utf8' })
  const prepared = run(['-i', '-q', '-s', '10'])
  if (prepared.status !== 0) return { missing: `pgbench failed here: ${prepared.stderr.trim()}` }
  const { stdout, stderr } = run(['-N', '-c', '16', '-j', '1', '-T', '8', '-n', '-M', 'simple'])
  const found = /tps = ([\d.]+)/.exec(stdout)
  return found ? { transactions: Number(found[1]) } : { missing: `pgbench failed here: ${stderr.trim()}` }
}

function findPgbench(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  return versions.map((version) => join(root, version, 'bin', 'pgbench')).find((path) => existsSync(path))
}
