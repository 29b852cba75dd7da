import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

// ANALYZE holds a snapshot while it samples a table. Meanwhile dead rows of all tables cannot be removed, which slows down
// statements that read past them. With PostgreSQL's defaults, ANALYZE ran half of the time in a shop with many sales.

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ enforceRoles: false, loopback: false })
})
afterAll(() => shop.stop())

it('JSON columns, which no statement searches, have no statistics', async () => {
  const analyzed = await shop.sql<{ column: string }[]>`
    select format('%I.%I.%I', schema.nspname, class.relname, attribute.attname) as column
    from pg_attribute as attribute
    join pg_class as class on class.oid = attrelid and class.relkind = 'r'
    join pg_namespace as schema on schema.oid = class.relnamespace
    where schema.nspname not in ('pg_catalog', 'information_schema') and atttypid in ('json'::regtype, 'jsonb'::regtype)
      and attnum > 0 and not attisdropped and attstattarget is distinct from 0
    order by 1`
  expect(analyzed.map(({ column }) => column)).toEqual([])
})

it('tables that a purchase writes are analyzed only after as many changes as they have rows, or 10,000', async () => {
  const variantId = await createProduct(shop, 50)
  await shop.drain()
  const [start] = await shop.sql<{ before: string }[]>`
    select pg_current_xact_id()::xid::text as before`
  await placeOrder(shop, await fillCart(shop, { [variantId]: 2 }), 'tok_ok', `key of ${variantId}`)
  await shop.drain()
  const tables = await shop.sql<{ schema: string; name: string; isAnalyzedOften: boolean }[]>`
    select schema.nspname as schema, class.relname as name, not exists (
      select from pg_options_to_table(class.reloptions)
      where option_name = 'autovacuum_analyze_scale_factor' and option_value::float8 >= 1
        or option_name = 'autovacuum_analyze_threshold' and option_value::int >= 10000) as "isAnalyzedOften"
    from pg_class as class join pg_namespace as schema on schema.oid = class.relnamespace
    where class.relkind = 'r' and schema.nspname not in ('pg_catalog', 'information_schema')
      and class.relname <> 'pando_lease' -- it has a row for each consumer, and no more`
  const written: (typeof tables)[number][] = []
  for (const table of tables) {
    const rows = await shop.sql`
      select from ${shop.sql(table.schema)}.${shop.sql(table.name)} where age(xmin) < age(${start!.before}::xid) limit 1`
    if (rows.length > 0) written.push(table)
  }
  expect(written.map(({ name }) => name)).toContain('placed_order')
  const analyzedOften = written.filter(({ isAnalyzedOften }) => isAnalyzedOften)
  expect(analyzedOften.map(({ schema, name }) => `${schema}.${name}`)).toEqual([])
})
