import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { databaseLabel } from '#cli/support/shop-record.ts'
import { openPool } from '#runtime/database/pool.ts'
import { createDatabase } from '#tests/support/database.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  startShopProcess,
} from '#tests/support/shop-process.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let folder: string
let host: string
beforeAll(async () => {
  database = await createDatabase()
  host = new URL(database.url).host
  folder = await makeDataDirectory()
  const shop = await startShopProcess({
    args: ['--no-sample'],
    dataDirectory: folder,
    environment: { DATABASE_URL: database.url },
  })
  await shop.stop()
})
afterAll(async () => {
  await removeDataDirectory(folder)
  await database.drop()
})

/** Starts the shop of `folder`, and returns the output of the start, which must be refused. */
async function refusedStart(environment: Record<string, string> = {}, args: string[] = []) {
  const { code, output } = await runPando(
    ['start', '--port', '0', '--data', folder, '--no-sample', ...args],
    environment,
  )
  expect(code, output).toBe(1)
  expect(output).not.toContain('    at ')
  return output
}

it('a shop that ran with DATABASE_URL refuses to start without it, and names the server', async () => {
  const output = await refusedStart()
  expect(output).toMatch(/^pando: Cannot start: the data of this shop are in other databases/m)
  expect(output).toContain(`At the last start DATABASE_URL named ${host}: set it to that server again`)
})

it('a shop refuses to start with the name of another database in DATABASE_URL', async () => {
  const other = await createDatabase()
  try {
    const output = await refusedStart({ DATABASE_URL: other.url })
    expect(output).toContain(`At the last start DATABASE_URL named ${host}`)
  } finally {
    await other.drop()
  }
})

it('a shop refuses to start when its database has no tables of its modules, like a new database on another server', async () => {
  const sql = openPool({ url: database.url, max: 1, name: 'test' })
  const schemas = await sql<{ name: string }[]>`
    select nspname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relname = 'pando_migration'`
  const renameTables = async (from: string, to: string) => {
    for (const { name } of schemas) await sql.unsafe(`alter table ${name}.${from} rename to ${to}`)
  }
  try {
    expect(schemas.length).toBeGreaterThan(5)
    // A module without this table counts as a module without tables
    await renameTables('pando_migration', 'hidden')
    const output = await refusedStart({ DATABASE_URL: database.url })
    expect(output).toMatch(
      /^pando: Cannot start: the data of the shop in .* the database test_\w+ at .* has no tables of /m,
    )
    expect(output).toContain(`At the last start they were at ${host}`)
  } finally {
    await renameTables('hidden', 'pando_migration')
    await sql.end({ timeout: 1 })
  }
})

it('a shop whose embedded server is missing refuses to start', async () => {
  const other = await makeDataDirectory()
  const record = { source: 'monolith', databases: { orders: 'pando' }, server: 'embedded', hasBegun: true }
  try {
    await writeFile(join(other, 'topology.json'), JSON.stringify(record))
    const { code, output } = await runPando(['start', '--port', '0', '--data', other])
    expect(output).toContain('this folder has no embedded database, and DATABASE_URL is not set')
    expect(code).toBe(1)
  } finally {
    await removeDataDirectory(other)
  }
})

it('a refused start names the variable whose address leads to a database without tables', async () => {
  const other = await makeDataDirectory()
  const empty = await createDatabase()
  try {
    const topology = join(other, 'addresses.yaml')
    await writeFile(topology, 'processes: { shop: { modules: all, database: { url: "env:SHOP_URL" } } }')
    const record = {
      source: './addresses.yaml',
      databases: { orders: databaseLabel(`url:${empty.url}`) },
      hasBegun: true,
    }
    await writeFile(join(other, 'topology.json'), JSON.stringify(record))
    const { code, output } = await runPando(['start', '--port', '0', '--data', other], {
      SHOP_URL: empty.url,
    })
    expect(output).toContain('Set SHOP_URL to the address that "shop" had at the last start')
    expect(code).toBe(1)
  } finally {
    await removeDataDirectory(other)
    await empty.drop()
  }
})

it('a start and an audit name the damaged record of the last start', async () => {
  const record = join(folder, 'topology.json')
  await rename(record, `${record}.backup`)
  try {
    await writeFile(record, '{{{')
    expect(await refusedStart({ DATABASE_URL: database.url })).toMatch(`Cannot read ${record}: `)
    const { code, output } = await runPando(['audit', '--data', folder], { DATABASE_URL: database.url })
    expect(output).toMatch(`Cannot read ${record}: `)
    expect(code).toBe(1)
  } finally {
    await rename(`${record}.backup`, record)
  }
})

it('the shop starts again with the database that has its data', async () => {
  const shop = await startShopProcess({
    args: ['--no-sample'],
    dataDirectory: folder,
    environment: { DATABASE_URL: database.url },
  })
  await shop.stop()
})
