import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { sqlState } from './errors.ts'
import { findLongLocks } from './migration-locks.ts'
import type { Pool, Sql } from './pool.ts'
import { runtimeMigrations } from './runtime-migrations.ts'
import { transaction } from './transaction.ts'

/** A module with tables. */
export interface Migratable {
  /** Also the name of its schema. */
  name: string
  /** The folder of its numbered `.sql` files. */
  directory: string
}

interface Migration {
  name: string
  /** The path of the migration's file from the project's folder, for messages. */
  file: string
  checksum: string
  text: string
}

/** The advisory lock that each process takes to migrate. The number is arbitrary. */
const LOCK = 7_263_001

/**
 * How long a migration waits for a lock on a table before it gives up and retries. All other transactions queue behind
 * a waiting migration, so with a long wait a report that runs for a minute would block all orders for a minute.
 */
const LOCK_TIMEOUT_MS = 200
/** The interval at which the server checks that the client of a running statement is still connected. */
const CHECK_CLIENT_MS = 1000

/** With the growing waits this takes about ten minutes, the time that a slow report may run. */
const MAX_TRIES = 240

/** The interval at which a running migration reports progress: an index on a large table may take an hour. */
const PROGRESS_MS = 10_000

export interface MigrateOptions {
  /** Is called with a line about a long lock, and about waiting for one. Default: no lines. */
  log?: (line: string) => void
  /** Is called with a line that begins with "Migrating", every `progressMs` until the end. Default: no lines. */
  progress?: ((line: string) => void) | undefined
  /** Default: 10 s. */
  progressMs?: number
}

/**
 * Brings the schemas of these modules up to date in one transaction, one process at a time: schema, role, the runtime's
 * migrations, then each module's files in the order of their names. While other transactions hold a table, it retries
 * with short waits for the lock, so that the shop continues in between.
 *
 * @throws when an applied migration was changed afterwards, when a migration fails, and when a table stays locked
 */
export async function migrate(
  sql: Pool,
  modules: readonly Migratable[],
  { log = () => {}, progress = () => {}, progressMs = PROGRESS_MS }: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const available = await Promise.all(modules.map(readMigrations))
  const recorded = await appliedMigrations(sql, modules)
  if (modules.every((module, i) => pending(available[i]!, recorded.get(module.name)).length === 0)) {
    return { applied: [] }
  }
  const began = performance.now()
  const names = modules.map(({ name }) => name).join(', ')
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000)
    progress(`Migrating ${names}: ${seconds} s so far`)
  }, progressMs)
  try {
    return await migrateWithRetries(sql, modules, available, log)
  } finally {
    clearInterval(timer)
  }
}

/** Each try blocks other transactions on the table for a moment, so the pauses between tries grow. */
const LOCK_RETRY: BackOff = { firstMs: 100, longestMs: 2500, factor: 1.3 }

async function migrateWithRetries(
  sql: Pool,
  modules: readonly Migratable[],
  available: readonly Migration[][],
  log: (line: string) => void,
): Promise<{ applied: string[] }> {
  for (let tries = 1; ; tries++) {
    try {
      return await migrateOnce(sql, modules, available, tries === 1 ? log : () => {})
    } catch (error) {
      // 55P03 lock_not_available
      if (sqlState(error) !== '55P03') throw error
      if (tries === MAX_TRIES)
        throw new Error(
          `Cannot migrate ${modules.map(({ name }) => name).join(', ')}: other transactions held their tables at each ` +
            `of ${tries} tries. End long transactions (pg_stat_activity shows them) and start again`,
          { cause: error },
        )
      if (tries % 10 === 1)
        log(
          `waiting to migrate: other transactions hold a table (try ${tries}); the shop continues meanwhile`,
        )
      await sleep(waitAfter(tries, LOCK_RETRY))
    }
  }
}

function migrateOnce(
  sql: Pool,
  modules: readonly Migratable[],
  available: readonly Migration[][],
  log: (line: string) => void,
): Promise<{ applied: string[] }> {
  return transaction(sql, async (tx) => {
    // A new index on a large table, or the wait for another process, takes longer than any other statement may.
    await tx.unsafe('set local statement_timeout = 0')
    // Without this setting the statement of a killed process would hold its locks until the statement ends.
    await tx.unsafe(`set local client_connection_check_interval = ${CHECK_CLIENT_MS}`)
    return { applied: await applyMigrations(tx, modules, available, log) }
  })
}

/** Like `migrate`, but in a transaction of the caller, who may roll it back. */
export async function migrateWithin(tx: Sql, modules: readonly Migratable[]): Promise<void> {
  await applyMigrations(tx, modules, await Promise.all(modules.map(readMigrations)), () => {})
}

async function applyMigrations(
  tx: Sql,
  modules: readonly Migratable[],
  available: readonly Migration[][],
  log: (line: string) => void,
): Promise<string[]> {
  await tx`select pg_advisory_xact_lock(${LOCK})`
  await tx.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  const applied: string[] = []
  const recorded = await appliedMigrations(tx, modules)
  for (const [i, module] of modules.entries()) {
    if (!recorded.has(module.name))
      await tx.unsafe(schemaStatements(module.name) + roleStatement(module.name))
    for (const migration of pending(available[i]!, recorded.get(module.name))) {
      if (recorded.has(module.name)) await logLongLocks(tx, migration, log)
      await tx.unsafe(migration.text)
      await tx`insert into ${tx(module.name)}.pando_migration (name, checksum) values (${migration.name}, ${migration.checksum})`
      applied.push(`${module.name}/${migration.name}`)
    }
    await tx.unsafe(grantStatements(module.name))
  }
  return applied
}

/**
 * Throws when a newer version of Pando has changed these tables, or an older one runs on them. For commands that run
 * next to a shop, such as an import: they must not migrate the tables of a running shop, nor write rows that it cannot
 * read.
 */
export async function refuseOtherVersion(sql: Pool, modules: readonly Migratable[]): Promise<void> {
  const available = await Promise.all(modules.map(readMigrations))
  const recorded = await appliedMigrations(sql, modules)
  const known = modules.map((module) => recorded.get(module.name))
  const missing = modules.flatMap(({ name }, i) =>
    known[i] ? pending(available[i]!, known[i]).map((migration) => `${name}/${migration.name}`) : [],
  )
  const newer = modules.flatMap(({ name }, i) => {
    const inThisVersion = new Set(available[i]!.map((migration) => migration.name))
    return [...(known[i]?.keys() ?? [])]
      .filter((each) => !inThisVersion.has(each))
      .map((each) => `${name}/${each}`)
  })
  if (newer.length > 0) {
    throw new Error(
      `Cannot work with this shop's database: a newer version has changed its tables (${newer.join(', ')}). ` +
        'Run this command in the source tree or artefact that the shop is started from',
    )
  }
  const running = missing.length > 0 ? await connectedProcesses(sql) : []
  if (running.length > 0) {
    throw new Error(
      `Cannot work with this shop's database: ${running.map((name) => `"${name}"`).join(', ')} ${running.length > 1 ? 'run' : 'runs'} an older version on it, ` +
        `whose tables lack ${missing.join(', ')} of this version. Run this command in the source tree or artefact that the shop was started from, ` +
        'or deploy this version first: with "pando deploy", or by stopping the shop and starting it from this source tree',
    )
  }
}

/**
 * The names of the shop's processes that are connected to this database: `shop.0` (process and replica), `shop.0@host`
 * (a process that was started alone, on that host), or `pando` (without a topology). Connections of commands have other
 * names.
 */
export async function connectedProcesses(sql: Pool): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and (application_name = 'pando' or application_name ~ '^[a-z][a-z0-9-]*[.][0-9]+(@.*)?$')
    order by name`
  return rows.map(({ name }) => name)
}

/** The number of rows of a table from which a long lock on it is logged. */
const MANY_ROWS = 50_000

async function logLongLocks(sql: Sql, { text, file }: Migration, log: (line: string) => void): Promise<void> {
  for (const { table, effect } of findLongLocks(text, { acceptsReasons: false })) {
    const [found] = await sql<{ rows: number }[]>`
      select greatest(reltuples, 0)::bigint as rows from pg_class where oid = to_regclass(${table})`
    if (found && found.rows >= MANY_ROWS)
      log(
        `${file}: a statement on ${table} (about ${found.rows} rows) ${effect}; other transactions wait meanwhile`,
      )
  }
}

/** The names of a module's migrations as `pando_migration` records them, in order; those of the runtime come first. */
export async function listMigrations(module: Migratable): Promise<string[]> {
  return (await readMigrations(module)).map(({ name }) => name)
}

/** The role with rights only on one module's schema. */
export function roleOf(module: string): string {
  return `pando_${module}`
}

/** Creates the role of a module unless the server has it. */
export async function createRole(tx: Sql, module: string): Promise<void> {
  await tx.unsafe(roleStatement(module))
}

function schemaStatements(name: string): string {
  return `
create schema if not exists ${name};
create table ${name}.pando_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
`
}

function roleStatement(name: string): string {
  const role = roleOf(name)
  return `
do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
exception when duplicate_object or unique_violation then null; -- another database of this server was faster
end $$;
`
}

function grantStatements(name: string): string {
  const role = roleOf(name)
  return `
grant usage on schema ${name} to ${role};
grant select, insert, update, delete on all tables in schema ${name} to ${role};
grant usage, select on all sequences in schema ${name} to ${role};
grant execute on all functions in schema ${name} to ${role};
`
}

async function readMigrations(module: Migratable): Promise<Migration[]> {
  const names = (await readdir(module.directory)).filter((name) => name.endsWith('.sql')).sort()
  const ofModule = names.map(async (name) => {
    const text = await readFile(`${module.directory}/${name}`, 'utf8')
    return { name, file: `modules/${module.name}/migrations/${name}`, text, checksum: checksumOf(text) }
  })
  const ofRuntime = runtimeMigrations(module.name).map(({ name, text }) => ({
    name,
    file: `${name} in runtime/database/runtime-migrations.ts`,
    text,
    checksum: checksumOf(text),
  }))
  return [...ofRuntime, ...(await Promise.all(ofModule))]
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The checksums of the applied migrations by name, for each of these modules that has a schema. */
async function appliedMigrations(
  sql: Sql,
  modules: readonly Migratable[],
): Promise<Map<string, Map<string, string>>> {
  const existing = await sql<{ schema: string }[]>`
    select table_schema as schema from information_schema.tables where table_name = 'pando_migration'`
  const schemas = modules
    .map((module) => module.name)
    .filter((name) => existing.some((row) => row.schema === name))
  const rows = await Promise.all(
    schemas.map(
      (name) =>
        sql<{ name: string; checksum: string }[]>`select name, checksum from ${sql(name)}.pando_migration`,
    ),
  )
  return new Map(schemas.map((name, i) => [name, new Map(rows[i]!.map((row) => [row.name, row.checksum]))]))
}

/** The migrations to apply. Throws when an applied one was changed afterwards. */
function pending(available: Migration[], applied: Map<string, string> | undefined): Migration[] {
  for (const { name, file, checksum } of available) {
    const appliedChecksum = applied?.get(name)
    if (appliedChecksum !== undefined && appliedChecksum !== checksum) {
      throw new Error(
        `Cannot start: ${file} was changed after it was applied to this database. ` +
          'Restore the file, and make the change in a new migration',
      )
    }
  }
  return available.filter((migration) => !applied?.has(migration.name))
}
