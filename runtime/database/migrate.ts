import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Pool, Sql } from './pool.ts'
import { runtimeMigrations } from './runtime-migrations.ts'
import { transaction } from './transaction.ts'

/** A module that has tables: its name, which is its schema's too, and the folder of its numbered `.sql` files. */
export interface Migratable {
  name: string
  directory: string
}

interface Migration {
  name: string
  /** Where a person finds it. */
  place: string
  checksum: string
  text: string
}

// Any constant will do; all of Pando's processes take this lock to migrate.
const LOCK = 7_263_001

/**
 * Brings the schemas of these modules up to date, all or nothing, one process at a time: schema, role, the runtime's
 * migrations, then each module's files in the order of their names. Throws when an applied one was changed afterwards.
 */
export async function migrate(sql: Pool, modules: readonly Migratable[]): Promise<{ applied: string[] }> {
  const wanted = await Promise.all(modules.map(readMigrations))
  const present = await appliedMigrations(sql, modules)
  if (modules.every((module, i) => pending(wanted[i]!, present.get(module.name)).length === 0)) {
    return { applied: [] }
  }
  return await transaction(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK})`
    const applied: string[] = []
    const now = await appliedMigrations(tx, modules)
    for (const [i, module] of modules.entries()) {
      if (!now.has(module.name)) await tx.unsafe(schemaOf(module.name))
      for (const migration of pending(wanted[i]!, now.get(module.name))) {
        await tx.unsafe(migration.text)
        await tx`insert into ${tx(module.name)}.pando_migration (name, checksum) values (${migration.name}, ${migration.checksum})`
        applied.push(`${module.name}/${migration.name}`)
      }
      await tx.unsafe(grantsOf(module.name))
    }
    return { applied }
  })
}

/**
 * Throws when a shop of another version works with these tables. For programs that come beside a running shop, such as an
 * import: what `migrate` would then do is not theirs to do, and what they would write may not be what the shop reads.
 */
export async function refuseOtherVersion(sql: Pool, modules: readonly Migratable[]): Promise<void> {
  const wanted = await Promise.all(modules.map(readMigrations))
  const present = await appliedMigrations(sql, modules)
  const known = modules.map((module) => present.get(module.name))
  const missing = modules.flatMap(({ name }, i) =>
    known[i] ? pending(wanted[i]!, known[i]).map((migration) => `${name}/${migration.name}`) : [],
  )
  const foreign = modules.flatMap(({ name }, i) => {
    const ours = new Set(wanted[i]!.map((migration) => migration.name))
    return [...(known[i]?.keys() ?? [])].filter((each) => !ours.has(each)).map((each) => `${name}/${each}`)
  })
  if (foreign.length > 0) {
    throw new Error(
      `Cannot work with this shop's database: a newer version has changed its tables (${foreign.join(', ')}). ` +
        'Run this command from the checkout that the shop is started from',
    )
  }
  const running = missing.length > 0 ? await workingProcesses(sql) : []
  if (running.length > 0) {
    throw new Error(
      `Cannot work with this shop's database: ${running.map((name) => `"${name}"`).join(', ')} ${running.length > 1 ? 'run' : 'runs'} on it in an older version, ` +
        `whose tables lack ${missing.join(', ')} of this one. Run this command from the checkout that the shop was started from, ` +
        'or bring this version out first: with "pando deploy", or by stopping the shop and starting it from here',
    )
  }
}

/** The names of the shop's processes that are connected to this database, as \`Databases\` and the command line make them. */
async function workingProcesses(sql: Pool): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and (application_name = 'pando' or application_name ~ '^[a-z][a-z0-9-]*[.][0-9]+(@.*)?$')
    order by name`
  return rows.map(({ name }) => name)
}

/** The names of a module's migrations, the runtime's among them, as they are recorded. */
export async function listMigrations(module: Migratable): Promise<string[]> {
  return (await readMigrations(module)).map(({ name }) => name)
}

/** The role that has rights on one module's schema alone. */
export function roleOf(module: string): string {
  return `pando_${module}`
}

function schemaOf(name: string): string {
  const role = roleOf(name)
  return `
create schema if not exists ${name};
create table ${name}.pando_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
exception when duplicate_object or unique_violation then null; -- another database of this server was faster
end $$;
`
}

function grantsOf(name: string): string {
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
  const own = names.map(async (name) => {
    const text = await readFile(`${module.directory}/${name}`, 'utf8')
    return { name, place: `modules/${module.name}/migrations/${name}`, text, checksum: checksumOf(text) }
  })
  const place = 'runtime/database/runtime-migrations.ts'
  const runtime = runtimeMigrations(module.name).map(({ name, text }) => ({
    name,
    place: `${name} in ${place}`,
    text,
    checksum: checksumOf(text),
  }))
  return [...runtime, ...(await Promise.all(own))]
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

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

function pending(wanted: Migration[], applied: Map<string, string> | undefined): Migration[] {
  for (const { name, place, checksum } of wanted) {
    const known = applied?.get(name)
    if (known !== undefined && known !== checksum) {
      throw new Error(
        `Cannot start: ${place} was changed after it was applied to this database. ` +
          'Restore the file, and make the change in a new migration',
      )
    }
  }
  return wanted.filter((migration) => !applied?.has(migration.name))
}
