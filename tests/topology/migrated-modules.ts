import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'

const MODULES = fileURLToPath(new URL('../../modules/', import.meta.url))

/** A module with tables, and the name of its largest one. */
export interface MigratedModule {
  name: string
  table: string
  sql: Pool
}

/** Finds the modules with tables of a running shop. The caller must end the pools of their databases. */
export async function findMigratedModules(
  dataDirectory: string,
): Promise<{ modules: MigratedModule[]; pools: Pool[] }> {
  const { url } = (await findEmbedded(join(dataDirectory, 'postgres')))!
  const open = (database: string) =>
    openPool({
      url: Object.assign(new URL(url), { pathname: `/${database}` }).href,
      max: 1,
      name: 'migrations',
    })
  const server = open('postgres')
  const databases = await server<{ name: string }[]>`
    select datname as name from pg_database where not datistemplate and datname <> 'postgres'`
  const pools = databases.map(({ name }) => open(name))
  const found = await Promise.all(
    pools.map(async (sql) => {
      const tables = await sql<{ name: string; table: string }[]>`
        select distinct on (schemaname) schemaname as name, format('%I.%I', schemaname, tablename) as table
        from pg_tables where tablename not like 'pando%' and schemaname in (
          select schemaname from pg_tables where tablename = 'pando_migration')
        order by schemaname, pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) desc`
      return tables.map((each) => ({ ...each, sql }))
    }),
  )
  const modules = found.flat()
  expect(modules.map(({ name }) => name).sort()).toEqual(await modulesWithTables())
  return { modules, pools: [server, ...pools] }
}

async function modulesWithTables(): Promise<string[]> {
  const names = await readdir(MODULES)
  const found = await Promise.all(
    names.map(async (name) => ((await readdir(join(MODULES, name))).includes('migrations') ? [name] : [])),
  )
  return found.flat().sort()
}

/**
 * Writes a migration like that of a newer version. In odd rounds it adds a column with a default. In even rounds it drops that
 * column and adds one without a default. Returns the name of the file.
 */
export async function writeColumnMigration(directory: string, table: string, round: number): Promise<string> {
  const name = `9${String(round).padStart(3, '0')}-column.sql`
  await mkdir(directory, { recursive: true })
  await writeFile(
    join(directory, name),
    round % 2 === 1
      ? `alter table ${table} add column added_${round} boolean not null default true;`
      : `alter table ${table} drop column added_${round - 1}, add column kept_${round} jsonb;`,
  )
  return name
}

/**
 * Expects that the amounts of all payments match those of the provider. They would differ if a statement that was
 * repeated after a change of its table had taken effect twice, or not at all.
 */
export async function expectPaymentsMatchProvider(
  modules: readonly MigratedModule[],
  atLeast: number,
): Promise<void> {
  const { sql } = modules.find(({ name }) => name === 'payments')!
  const wrong = await sql`
    select intent.id, intent.status, intent.captured, charge.captured as charged
    from payments.intent left join payments.test_charge charge on charge.key = intent.id
    where intent.captured is distinct from coalesce(charge.captured, 0)
      or intent.refunded is distinct from coalesce(charge.refunded, 0)
      or (intent.status = 'succeeded') <> (intent.captured = intent.amount)`
  expect(wrong).toEqual([])
  const [intents] = await sql<
    { count: number }[]
  >`select count(*) from payments.intent where status = 'succeeded'`
  expect(intents!.count).toBeGreaterThanOrEqual(atLeast)
}
