import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { listMigrations, migrate, refuseOtherVersion } from './migrate.ts'
import { openPool, type Pool } from './pool.ts'

const till = {
  name: 'till',
  directory: fileURLToPath(new URL('../../tests/fixtures/modules/till/migrations', import.meta.url)),
}

let database: Awaited<ReturnType<typeof createDatabase>>
let sql: Pool
beforeEach(async () => {
  database = await createDatabase()
  sql = openPool({ url: database.url, max: 1, name: 'test' })
})
afterEach(async () => {
  await sql.end({ timeout: 5 })
  await database.drop()
})

test("a new module gets the runtime's migrations and its own, once", async () => {
  const { applied } = await migrate(sql, [till])
  expect(applied).toEqual([
    'till/runtime/0001-tables.sql',
    'till/runtime/0002-outbox-leases.sql',
    'till/0001-till.sql',
  ])
  expect(await listMigrations(till)).toEqual(applied.map((name) => name.slice('till/'.length)))
  expect((await migrate(sql, [till])).applied).toEqual([])
})

test('a shop from before the runtime had migrations gets them, and keeps its events', async () => {
  await migrate(sql, [till])
  await sql.unsafe(`
    drop table till.pando_lease, till.pando_discarded_event;
    drop index till.pando_outbox_waiting, till.pando_outbox_aggregate, till.pando_outbox_parked;
    delete from till.pando_migration where name like 'runtime/%';
    insert into till.pando_outbox (consumer, event_id, name, aggregate, payload) values ('trips', 'evt_1', 'paid', '1', '{}')`)
  const { applied } = await migrate(sql, [till])
  expect(applied).toEqual(['till/runtime/0001-tables.sql', 'till/runtime/0002-outbox-leases.sql'])
  const indexes = await sql<{ name: string }[]>`
    select indexname as name from pg_indexes where tablename = 'pando_outbox' order by 1`
  expect(indexes.map(({ name }) => name)).toEqual([
    'pando_outbox_aggregate',
    'pando_outbox_parked',
    'pando_outbox_pkey',
    'pando_outbox_waiting',
  ])
  expect(await sql`select event_id from till.pando_outbox`).toHaveLength(1)
  expect(await sql`select consumer from till.pando_lease`).toHaveLength(0)
})

test("a migration of the runtime that was changed afterwards is refused with its name and the module's", async () => {
  await migrate(sql, [till])
  await sql`update till.pando_migration set checksum = 'another' where name = 'runtime/0001-tables.sql'`
  await expect(migrate(sql, [till])).rejects.toThrow(
    'Cannot start: runtime/0001-tables.sql in runtime/database/runtime-migrations.ts was changed after it was applied',
  )
})

test('a command beside a running shop of another version is refused, and changes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pando-newer-'))
  const newer = { ...till, directory }
  await cp(till.directory, directory, { recursive: true })
  await writeFile(join(directory, '0002-more.sql'), 'create table till.more (id text primary key)')
  await migrate(sql, [till])
  // Nobody works with it: bringing it up to date is in nobody's way.
  await refuseOtherVersion(sql, [newer])
  const running = openPool({ url: database.url, max: 1, name: 'shop.0' })
  try {
    await running`select 1`
    await refuseOtherVersion(sql, [till])
    await expect(refuseOtherVersion(sql, [newer])).rejects.toThrow(
      /"shop.0" runs on it in an older version, whose tables lack till\/0002-more.sql/,
    )
    await migrate(sql, [newer])
    await expect(refuseOtherVersion(sql, [till])).rejects.toThrow(
      /a newer version has changed its tables \(till\/0002-more.sql\)/,
    )
  } finally {
    await running.end({ timeout: 5 })
    await rm(directory, { recursive: true, force: true })
  }
})
