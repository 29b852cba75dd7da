import { openPool } from '#runtime/database/pool.ts'
import { type BenchShop, startBenchShop } from '../support/bench-shop.ts'
import { fillCart, placeOrder } from '../support/journey.ts'
import { closedLoop, HttpClient, openLoop } from '../support/load.ts'
import type { Row } from '../support/table.ts'

const CONCURRENCY = 16
const STEADY_RATE = 50
/**
 * `PANDO_BENCH_MINUTES=1 npm run bench` gives shorter runs. The targets are for 5 minutes at full speed and 10 minutes at
 * the steady rate.
 */
const MINUTES = Number(process.env.PANDO_BENCH_MINUTES ?? 5)
const STEADY_MINUTES = process.env.PANDO_BENCH_MINUTES ? MINUTES : 10
const MAX_AGE_S = 2

/** Measures whether a new shop is as fast after several minutes of orders as in the first minute. */
export async function measureSustained(): Promise<Row[]> {
  const shop = await startBenchShop()
  const client = new HttpClient(shop.origin, CONCURRENCY)
  try {
    return [await measureFullSpeed(shop, client), await measureSteady(shop, client)]
  } finally {
    await client.close()
    await shop.stop()
  }
}

async function measureFullSpeed(shop: BenchShop, client: HttpClient): Promise<Row> {
  const perSecond: number[] = []
  let oldestS = 0
  for (let minute = 0; minute < MINUTES; minute++) {
    const { perSecond: rate } = await closedLoop(CONCURRENCY, 60, (n) =>
      journey(shop, client, n + minute * 1_000_000),
    )
    perSecond.push(rate)
    oldestS = await oldestWaiting(shop)
    console.error(
      `    minute ${minute + 1}: ${rate.toFixed(0)} a second, oldest event or email ${oldestS.toFixed(1)} s`,
    )
  }
  const [first, last] = [perSecond[0]!, perSecond.at(-1)!]
  const ratio = last / first
  return {
    work: `whole journey for ${MINUTES} min in a new shop, ${CONCURRENCY} at a time`,
    figure: `${first.toFixed(0)}/s in the first minute, ${last.toFixed(0)}/s in the last (${ratio.toFixed(2)}); the oldest event or email waited ${oldestS.toFixed(1)} s at the end`,
    target: `last minute at least 0.9 of the first, no event or email older than ${MAX_AGE_S} s`,
    met: ratio >= 0.9 && oldestS <= MAX_AGE_S,
    data: { first, last, ratio, oldestS, minutes: MINUTES },
  }
}

async function measureSteady(shop: BenchShop, client: HttpClient): Promise<Row> {
  const { perSecond, p50, p99 } = await openLoop(STEADY_RATE, STEADY_MINUTES * 60, (n) =>
    journey(shop, client, n + 100_000_000),
  )
  const oldestS = await oldestWaiting(shop)
  return {
    work: `${STEADY_RATE} whole journeys a second for ${STEADY_MINUTES} min in the same shop`,
    figure: `${perSecond.toFixed(0)}/s, half within ${p50.toFixed(0)} ms, 99 % within ${p99.toFixed(0)} ms; the oldest event or email waited ${oldestS.toFixed(1)} s at the end`,
    target: `no event or email older than ${MAX_AGE_S} s`,
    met: oldestS <= MAX_AGE_S,
    data: { perSecond, p50, p99, oldestS, minutes: STEADY_MINUTES },
  }
}

async function journey({ variantIds }: BenchShop, client: HttpClient, n: number): Promise<void> {
  await placeOrder(client, await fillCart(client, variantIds, n))
}

/** The age in seconds of the oldest undelivered event or unsent email; 0 if there is none. */
async function oldestWaiting({ databaseUrl }: BenchShop): Promise<number> {
  const sql = openPool({ url: databaseUrl, max: 1, name: 'bench' })
  try {
    const schemas = await sql<{ name: string }[]>`
      select schemaname as name from pg_tables where tablename = 'pando_outbox'`
    const [mail] = await sql<{ age: number | null }[]>`
      select extract(epoch from clock_timestamp() - min(created_at))::float8 as age
      from notifications.message where status = 'queued'`
    const ages = await Promise.all(
      schemas.map(async ({ name }) => {
        const [row] = await sql<{ age: number | null }[]>`
          select extract(epoch from clock_timestamp() - min(emitted_at))::float8 as age
          from ${sql(name)}.pando_outbox where parked_at is null`
        return row!.age ?? 0
      }),
    )
    return Math.max(0, mail!.age ?? 0, ...ages)
  } finally {
    await sql.end()
  }
}
