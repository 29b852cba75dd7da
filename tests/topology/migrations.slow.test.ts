import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '#runtime/database/migrate.ts'
import type { Pool } from '#runtime/database/pool.ts'
import { expectAllWell, underLoad } from '#tests/relocation/moving-shop.ts'
import { fillStock } from '#tests/support/fill-stock.ts'
import { type DistributedShop, processesOf, startDistributedShop } from './distributed-shop.ts'
import {
  expectPaymentsMatchProvider,
  findMigratedModules,
  type MigratedModule,
  writeColumnMigration,
} from './migrated-modules.ts'

const ROUNDS = Number(process.env.PANDO_TEST_MIGRATIONS ?? 20)

describe.each(['monolith', 'hybrid', 'microservices'])('a shop in the topology %s', (topology) => {
  let shop: DistributedShop
  let modules: MigratedModule[]
  /** Folder of the migrations. */
  let folder: string
  let pools: Pool[] = []

  beforeAll(async () => {
    shop = await startDistributedShop({ processes: await processesOf(topology) })
    await fillStock({ PANDO_DATA: shop.dataDirectory })
    folder = await mkdtemp(join(tmpdir(), 'pando-migrations-'))
    ;({ modules, pools } = await findMigratedModules(shop.dataDirectory))
  }, 180_000)
  afterAll(async () => {
    await Promise.all(pools.map((sql) => sql.end()))
    await rm(folder, { recursive: true, force: true })
    await shop?.close()
  })

  it(`sells without a failure while each module's largest table gets a column, ${ROUNDS} times`, async () => {
    const { load } = await underLoad({ shop }, async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        for (const { name, table, sql } of modules) {
          const directory = join(folder, name)
          const migration = await writeColumnMigration(directory, table, round)
          const { applied } = await migrate(sql, [{ name, directory }])
          expect(applied).toEqual([`${name}/${migration}`])
        }
      }
    })
    expect(load.failed).toEqual([])
    expect(load.orders.length).toBeGreaterThan(5)
    // expectAllWell() opens the shop as `pando` commands do: that refuses databases with migrations of a newer version
    for (const { name, sql } of modules)
      await sql`delete from ${sql(name)}.pando_migration where name like '9%'`
    await expectAllWell({ environment: { PANDO_DATA: shop.dataDirectory } })
    await expectPaymentsMatchProvider(modules, load.orders.length)
  }, 300_000)
})
