import { openPool } from '#runtime/database/pool.ts'
import { type BenchShop, startBenchShop } from '../support/bench-shop.ts'
import { fillCart, placeOrder } from '../support/journey.ts'
import { Client, closedLoop } from '../support/load.ts'
import type { Row } from '../support/table.ts'

const CONCURRENCY = 16
/** Shorter runs for trying: `PANDO_BENCH_MINUTES=1 npm run bench`. The bar is for 5. */
const MINUTES = Number(process.env.PANDO_BENCH_MINUTES ?? 5)
const OLDEST_EVENT_S = 2

/** Whether a shop that began without any order is as fast after minutes of orders as it was in its first one. */
export async function measureSustained(): Promise<Row> {
  const shop = await startBenchShop()
  const client = new Client(shop.origin, CONCURRENCY)
  const perSecond: number[] = []
  let oldestS = 0
  try {
    for (let minute = 0; minute < MINUTES; minute++) {
      const { perSecond: rate } = await closedLoop(CONCURRENCY, 60, async (n) => {
        await placeOrder(client, await fillCart(client, shop.variantIds, n + minute * 1_000_000))
      })
      perSecond.push(rate)
      oldestS = await ageOfOldestEvent(shop)
      console.error(
        `    minute ${minute + 1}: ${rate.toFixed(0)} a second, oldest event ${oldestS.toFixed(1)} s`,
      )
    }
  } finally {
    await client.close()
    await shop.stop()
  }
  const [first, last] = [perSecond[0]!, perSecond.at(-1)!]
  const ratio = last / first
  return {
    work: `whole journey for ${MINUTES} min in a shop that began without orders, ${CONCURRENCY} at a time`,
    figure: `${first.toFixed(0)}/s in the first minute, ${last.toFixed(0)}/s in the last (${ratio.toFixed(2)}); the oldest event waited ${oldestS.toFixed(1)} s at the end`,
    bar: `last minute at least 0.9 of the first, no event older than ${OLDEST_EVENT_S} s`,
    met: ratio >= 0.9 && oldestS <= OLDEST_EVENT_S,
    data: { first, last, ratio, oldestS, minutes: MINUTES },
  }
}

async function ageOfOldestEvent({ databaseUrl }: BenchShop): Promise<number> {
  const sql = openPool({ url: databaseUrl, max: 1, name: 'bench' })
  try {
    const schemas = await sql<{ name: string }[]>`
      select schemaname as name from pg_tables where tablename = 'pando_outbox'`
    const ages = await Promise.all(
      schemas.map(async ({ name }) => {
        const [row] = await sql<{ age: number | null }[]>`
          select extract(epoch from clock_timestamp() - min(emitted_at))::float8 as age
          from ${sql(name)}.pando_outbox where parked_at is null`
        return row!.age ?? 0
      }),
    )
    return Math.max(0, ...ages)
  } finally {
    await sql.end()
  }
}
