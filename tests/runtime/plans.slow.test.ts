import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { multiplyOrders } from '#tests/support/many-orders.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const ORDERS = Number(process.env.PANDO_TEST_ORDERS ?? 100_000)

/** Pages (8 KiB) that a statement may read per call: enough for a few rows by an index. The table of orders has thousands. */
const MAX_PAGES = 150

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

it(`statements that were planned for empty tables read few pages among ${ORDERS} orders`, async () => {
  await shop.sql.unsafe('create extension if not exists pg_stat_statements with schema public')
  const tables = await shop.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`
  // Without autovacuum, the planner keeps the statistics of empty tables
  for (const { name } of tables) await shop.sql.unsafe(`alter table ${name} set (autovacuum_enabled = off)`)
  await shop.sql.unsafe('vacuum analyze')
  // A connection plans a statement anew for its first five executions, and may then keep a plan
  for (let i = 0; i < 12; i++) await buy()
  await multiplyOrders({ databaseUrl: () => shop.databaseUrl, count: ORDERS, analyze: false })
  await shop.sql`select pg_stat_statements_reset()`
  for (let i = 0; i < 5; i++) await buy()
  const expensive = await shop.sql<{ pages: number; calls: number; query: string }[]>`
    select (shared_blks_hit + shared_blks_read) / calls as pages, calls, query
    from pg_stat_statements join pg_database on pg_database.oid = dbid
    where datname = current_database() and calls > 0 and (shared_blks_hit + shared_blks_read) / calls > ${MAX_PAGES}
    order by pages desc`
  expect(expensive).toEqual([])
}, 600_000)
