import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { listMigrations, migrate, refuseOtherVersion } from './migrate.ts'
import { openPool, type Pool } from './pool.ts'
import { runtimeMigrations } from './runtime-migrations.ts'
import { sqlOf } from './sql.ts'

const till = {
  name: 'till',
  directory: fileURLToPath(new URL('../../tests/fixtures/modules/till/migrations', import.meta.url)),
}
const ofRuntime = runtimeMigrations('till').map(({ name }) => `till/${name}`)

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
  expect(applied).toEqual([...ofRuntime, 'till/0001-till.sql'])
  expect(await listMigrations(till)).toEqual(applied.map((name) => name.slice('till/'.length)))
  expect((await migrate(sql, [till])).applied).toEqual([])
})

test("a shop that is older than the runtime's migrations gets them, and keeps its events", async () => {
  await migrate(sql, [till])
  await sql.unsafe(`
    drop table till.pando_lease, till.pando_discarded_event;
    drop index till.pando_outbox_waiting, till.pando_outbox_aggregate, till.pando_outbox_parked;
    alter table till.pando_workflow drop column uncertain, drop column version;
    delete from till.pando_migration where name like 'runtime/%';
    insert into till.pando_outbox (consumer, event_id, name, aggregate, payload) values ('trips', 'evt_1', 'paid', '1', '{}')`)
  const { applied } = await migrate(sql, [till])
  expect(applied).toEqual(ofRuntime)
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

test('migration 0004 moves "pandoIsUncertain" from the state of an unfinished workflow to the column "uncertain"', async () => {
  await migrate(sql, [till])
  await sql.unsafe(`
    alter table till.pando_workflow drop column uncertain;
    delete from till.pando_migration where name like 'runtime/0004%';
    insert into till.pando_workflow (id, name, status, next_step, state, runner, deadline_at)
    values ('wf_1', 'sell', 'waiting', 1, '{"sale": 1, "pandoIsUncertain": true}', 'shop.0', now()),
      ('wf_2', 'sell', 'waiting', 1, '{"sale": 2}', 'shop.0', now())`)
  await migrate(sql, [till])
  expect(await sql`select state, uncertain from till.pando_workflow order by id`).toEqual([
    { state: { sale: 1 }, uncertain: true },
    { state: { sale: 2 }, uncertain: false },
  ])
})

test('a changed migration of the runtime is refused with its name and file', async () => {
  await migrate(sql, [till])
  await sql`update till.pando_migration set checksum = 'another' where name = 'runtime/0001-tables.sql'`
  await expect(migrate(sql, [till])).rejects.toThrow(
    'Cannot start: runtime/0001-tables.sql in runtime/database/runtime-migrations.ts was changed after it was applied',
  )
})

test('refuseOtherVersion() throws while a shop of an older version runs, and after a newer version has migrated', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pando-newer-'))
  const newer = { ...till, directory }
  await cp(till.directory, directory, { recursive: true })
  await writeFile(join(directory, '0002-more.sql'), 'create table till.more (id text primary key)')
  await migrate(sql, [till])
  // No process runs on the database, so a migration is safe.
  await refuseOtherVersion(sql, [newer])
  const running = openPool({ url: database.url, max: 1, name: 'shop.0' })
  try {
    await running`select 1`
    await refuseOtherVersion(sql, [till])
    await expect(refuseOtherVersion(sql, [newer])).rejects.toThrow(
      /"shop.0" runs an older version on it, whose tables lack till\/0002-more.sql of this version/,
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

test('while a reader holds a table, a migration retries with short waits, logs that, and blocks others briefly', async () => {
  await migrate(sql, [till])
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(till.directory, folder, { recursive: true })
  await writeFile(join(folder, '0002-note.sql'), 'alter table till.charge add column note text;')
  const shop = openPool({ url: database.url, max: 1, name: 'shop' })
  onTestFinished(() => shop.end())
  const mayEnd = Promise.withResolvers<void>()
  const isReading = Promise.withResolvers<void>()
  const reading = shop.transactions.with(async (connection) => {
    const report = sqlOf(connection)
    await report.unsafe(
      'begin; set local idle_in_transaction_session_timeout = 0; select count(*) from till.charge',
    )
    isReading.resolve()
    await mayEnd.promise
    await report.unsafe('rollback')
  })
  await isReading.promise
  const lines: string[] = []
  let longestMs = 0
  const migrated = migrate(sql, [{ name: 'till', directory: folder }], { log: (line) => lines.push(line) })
  for (let queries = 0; queries < 100 || lines.length === 0; queries++) {
    const began = performance.now()
    await shop`select count(*) from till.charge`
    longestMs = Math.max(longestMs, performance.now() - began)
  }
  expect(lines[0]).toContain('waiting to migrate: other transactions hold a table')
  // If the migration waited for the reader once and for long, these queries would queue behind it.
  expect(longestMs).toBeLessThan(2000)
  mayEnd.resolve()
  await reading
  expect((await migrated).applied).toEqual(['till/0002-note.sql'])
})

test('a migration waits until another process has migrated, even past the statement timeout, and reports progress', async () => {
  // Shorter than the wait, to show that the migration sets its own timeout of statements.
  await sql.transactions.with((connection) => sqlOf(connection).unsafe('set statement_timeout = 200'))
  const other = openPool({ url: database.url, max: 1, name: 'other' })
  onTestFinished(() => other.end())
  // The lock that each process takes to migrate
  await other`select pg_advisory_lock(7263001)`
  const lines: string[] = []
  const hasWaited = Promise.withResolvers<void>()
  const progress = (line: string) => {
    if (lines.push(line) === 20) hasWaited.resolve()
  }
  const migrated = migrate(sql, [till], { progress, progressMs: 50 })
  await Promise.race([hasWaited.promise, migrated])
  expect(lines[0]).toBe('Migrating till: 0 s so far')
  await other`select pg_advisory_unlock(7263001)`
  expect((await migrated).applied).toContain('till/0001-till.sql')
  const { length } = lines
  await migrate(sql, [till], { progress, progressMs: 0 })
  expect(lines).toHaveLength(length)
})

test('the migration of a killed process ends within seconds, and so releases its locks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(till.directory, folder, { recursive: true })
  await writeFile(join(folder, '0002-long.sql'), 'select pg_sleep(600);')
  const program = `
    import { migrate } from '#runtime/database/migrate.ts'
    import { openPool } from '#runtime/database/pool.ts'
    await migrate(openPool({ url: process.argv[1], max: 1, name: 'killed' }), [JSON.parse(process.argv[2])])`
  const module = JSON.stringify({ name: 'till', directory: folder })
  const migrating = spawn(process.execPath, ['--input-type=module', '-e', program, database.url, module])
  const statements = () => sql<{ query: string }[]>`
    select query from pg_stat_activity where application_name = 'killed' and query like '%sleep%'`
  await expect.poll(statements, { timeout: 10_000 }).toEqual([{ query: 'select pg_sleep(600);' }])
  migrating.kill('SIGKILL')
  await expect.poll(statements, { timeout: 10_000 }).toEqual([])
})

test('a migration with a long lock on a large table is logged before it runs', async () => {
  await migrate(sql, [till])
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(till.directory, folder, { recursive: true })
  await writeFile(
    join(folder, '0002-index.sql'),
    '-- long lock: at night\ncreate index on till.many (id); select 1 / 0;',
  )
  await sql.unsafe('create table till.many as select generate_series(1, 60000) as id; analyze till.many')
  const lines: string[] = []
  // Fails, so a line that is logged only after the statements would be missing
  const migrated = migrate(sql, [{ name: 'till', directory: folder }], { log: (line) => lines.push(line) })
  await expect(migrated).rejects.toThrow('division by zero')
  expect(lines).toEqual([
    'modules/till/migrations/0002-index.sql: a statement on till.many (about 60000 rows) reads all of it and blocks ' +
      'all writes (create index); other transactions wait meanwhile',
  ])
})
