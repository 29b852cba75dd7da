import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { migrate } from '#runtime/database/migrate.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { expectAllWell, type MovingShop, startMovingShop, underLoad } from '#tests/relocation/moving-shop.ts'

const ROUNDS = Number(process.env.PANDO_TEST_MIGRATIONS ?? 20)
const modulesDirectory = fileURLToPath(new URL('../../modules/', import.meta.url))

interface MigratedModule {
  name: string
  sql: Pool
  /** A copy of its migrations, to which each round adds one. */
  directory: string
  /** Its largest table of its own. */
  table: string
}

describe.each(['monolith', 'hybrid', 'microservices'])('a shop in the topology %s', (topology) => {
  let shop: MovingShop
  let modules: MigratedModule[]
  let folder: string
  const pools: Pool[] = []

  beforeAll(async () => {
    shop = await startMovingShop({
      args: ['--topology', topology],
      environment: { PANDO_TOPOLOGY: topology },
    })
    folder = await mkdtemp(join(tmpdir(), 'pando-migrations-'))
    modules = await findModules()
  }, 180_000)
  afterAll(async () => {
    await Promise.all(pools.map((sql) => sql.end()))
    await rm(folder, { recursive: true, force: true })
    await shop.close()
  })

  async function findModules(): Promise<MigratedModule[]> {
    const { url } = (await findEmbedded(join(shop.shop.dataDirectory, 'postgres')))!
    const open = (database: string) => {
      const sql = openPool({
        url: Object.assign(new URL(url), { pathname: `/${database}` }).href,
        max: 1,
        name: 'migrations',
      })
      pools.push(sql)
      return sql
    }
    const databases = await open('postgres')<{ name: string }[]>`
      select datname as name from pg_database where not datistemplate and datname <> 'postgres'`
    const found = await Promise.all(
      databases.map(async ({ name: database }) => {
        const sql = open(database)
        const tables = await sql<{ name: string; table: string }[]>`
          select distinct on (schemaname) schemaname as name, format('%I.%I', schemaname, tablename) as table
          from pg_tables where tablename not like 'pando%' and schemaname in (
            select schemaname from pg_tables where tablename = 'pando_migration')
          order by schemaname, pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) desc`
        return Promise.all(
          tables.map(async ({ name, table }) => {
            const directory = join(folder, name)
            await cp(join(modulesDirectory, name, 'migrations'), directory, { recursive: true })
            return { name, table, sql, directory }
          }),
        )
      }),
    )
    return found.flat()
  }

  it(`sells without a failure while each module's largest table gets a column, ${ROUNDS} times`, async () => {
    expect(modules.map(({ name }) => name).sort()).toEqual(await modulesWithTables())
    const { load } = await underLoad(shop, async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        for (const { name, table, sql, directory } of modules) {
          const migration = `9${String(round).padStart(3, '0')}-column.sql`
          // As a newer version does it: a column that has a default, and one that goes away again.
          await writeFile(
            join(directory, migration),
            round % 2 === 1
              ? `alter table ${table} add column added_${round} boolean not null default true;`
              : `alter table ${table} drop column added_${round - 1}, add column kept_${round} jsonb;`,
          )
          const { applied } = await migrate(sql, [{ name, directory }])
          expect(applied).toEqual([`${name}/${migration}`])
        }
      }
    })
    expect(load.failed).toEqual([])
    expect(load.orders.length).toBeGreaterThan(5)
    // Commands of this version work with tables of this version only.
    for (const { name, sql } of modules)
      await sql`delete from ${sql(name)}.pando_migration where name like '9%'`
    await expectAllWell(shop)
    await expectPaymentsAsTheProviderSays()
  }, 300_000)

  /** What the driver of before wrote wrongly: amounts that are behind a condition, and everything in JSON. */
  async function expectPaymentsAsTheProviderSays(): Promise<void> {
    const { sql } = modules.find(({ name }) => name === 'payments')!
    const wrong = await sql`
      select intent.id, intent.status, intent.captured, charge.captured as charged
      from payments.intent join payments.test_charge charge on charge.key = intent.id
      where intent.captured <> charge.captured or intent.refunded <> charge.refunded
        or (intent.status = 'succeeded') <> (intent.captured = intent.amount)`
    expect(wrong).toEqual([])
    const [intents] = await sql<
      { count: number }[]
    >`select count(*) from payments.intent where status = 'succeeded'`
    expect(intents!.count).toBeGreaterThan(5)
  }
})

async function modulesWithTables(): Promise<string[]> {
  const names = await readdir(modulesDirectory)
  const found = await Promise.all(
    names.map(async (name) =>
      (await readdir(join(modulesDirectory, name))).includes('migrations') ? [name] : [],
    ),
  )
  return found.flat().sort()
}
