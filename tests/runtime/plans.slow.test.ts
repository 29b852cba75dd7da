import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { multiplyOrders } from '#tests/support/many-orders.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const ORDERS = Number(process.env.PANDO_TEST_ORDERS ?? 100_000)

/** Pages of 8 KiB that a statement may read: a few rows by an index, wherever they are. A table of orders has thousands. */
const MOST_PAGES = 150

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ enforceRoles: false, loopback: false })
})
afterAll(() => shop.stop())

async function buy(): Promise<void> {
  const variantId = await createProduct(shop, 50)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  await placeOrder(shop, shopper, 'tok_ok', `key of ${variantId}`)
  await shop.drain()
  for (const job of ['inventory.releaseExpired', 'cart.deleteExpired', 'accounts.deleteExpired'])
    await shop.runJob(job)
}

it(`statements that were planned on empty tables read as little among ${ORDERS} orders`, async () => {
  await shop.sql.unsafe('create extension if not exists pg_stat_statements with schema public')
  const tables = await shop.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`
  // The planner is to know them as empty from here on, which autovacuum would change at some moment.
  for (const { name } of tables) await shop.sql.unsafe(`alter table ${name} set (autovacuum_enabled = off)`)
  await shop.sql.unsafe('vacuum analyze')
  // Plans are made with the first execution on each connection, and kept.
  for (let i = 0; i < 12; i++) await buy()
  await multiplyOrders({ databaseUrl: () => shop.databaseUrl, count: ORDERS, analyze: false })
  await shop.sql`select pg_stat_statements_reset()`
  for (let i = 0; i < 5; i++) await buy()
  const greedy = await shop.sql<{ pages: number; calls: number; query: string }[]>`
    select (shared_blks_hit + shared_blks_read) / calls as pages, calls, query
    from pg_stat_statements join pg_database on pg_database.oid = dbid
    where datname = current_database() and calls > 0 and (shared_blks_hit + shared_blks_read) / calls > ${MOST_PAGES}
    order by pages desc`
  expect(greedy).toEqual([])
}, 600_000)
