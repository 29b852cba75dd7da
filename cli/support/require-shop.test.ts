import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openPool } from '#runtime/database/pool.ts'
import { readConfig } from '#runtime/process/config.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { createDatabase } from '#tests/support/database.ts'
import { requireShop } from './require-shop.ts'

it('finds a shop whose tables are in other databases on the server of DATABASE_URL', async () => {
  const [named, orders] = [await createDatabase(), await createDatabase()]
  onTestFinished(() => Promise.all([named.drop(), orders.drop()]).then(() => {}))
  const folder = await mkdtemp(join(tmpdir(), 'pando-refuse-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'distributed.yaml')
  await writeFile(
    file,
    `processes:
  storefront: { modules: all }
  orders: { modules: [orders], port: 4950, database: { name: ${new URL(orders.url).pathname.slice(1)} } }
`,
  )
  const environment = { DATABASE_URL: named.url, PANDO_DATA: folder }
  const topology = readTopology(file, { known: await loadContracts(), environment, starting: [] })
  const config = readConfig(environment, [])
  await expect(requireShop(config, topology)).rejects.toThrow(/^Cannot find a shop in the database test_/)
  const sql = openPool({ url: orders.url, max: 1, name: 'test' })
  onTestFinished(() => sql.end({ timeout: 1 }))
  await sql.unsafe('create schema orders; create table orders.pando_migration (name text)')
  await requireShop(config, topology)
})
