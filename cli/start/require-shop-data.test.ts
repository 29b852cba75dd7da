import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeOf } from '#cli/support/shop-record.ts'
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

async function start(environment: Record<string, string> = {}, args: string[] = []) {
  const { code, output } = await runPando(
    ['start', '--port', '0', '--data', folder, '--no-sample', ...args],
    environment,
  )
  expect(code, output).toBe(1)
  expect(output).not.toContain('    at ')
  return output
}

it('a shop that had DATABASE_URL does not begin anew without it, and says what it was', async () => {
  const output = await start()
  expect(output).toMatch(/^pando: Cannot start: the data of this shop are in other databases/m)
  expect(output).toContain(`At its last start DATABASE_URL named ${host}: set it as then`)
})

it('a shop does not begin anew in a database of another name', async () => {
  const other = await createDatabase()
  try {
    const output = await start({ DATABASE_URL: other.url })
    expect(output).toContain(`At its last start DATABASE_URL named ${host}`)
  } finally {
    await other.drop()
  }
})

it('a shop does not begin anew in an empty database of the same name, as on another server', async () => {
  const sql = openPool({ url: database.url, max: 1, name: 'test' })
  const schemas = await sql<{ name: string }[]>`
    select nspname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relname = 'pando_migration'`
  const rename = async (from: string, to: string) => {
    for (const { name } of schemas) await sql.unsafe(`alter table ${name}.${from} rename to ${to}`)
  }
  try {
    expect(schemas.length).toBeGreaterThan(5)
    await rename('pando_migration', 'hidden')
    const output = await start({ DATABASE_URL: database.url })
    expect(output).toMatch(
      /^pando: Cannot start: the shop in .* the database test_\w+ at .* has no table of its /m,
    )
    expect(output).toContain(`At its last start they were at ${host}`)
  } finally {
    await rename('hidden', 'pando_migration')
    await sql.end({ timeout: 1 })
  }
})

it('a shop that had an embedded server does not begin anew when that is gone', async () => {
  const other = await makeDataDirectory()
  const note = { source: 'monolith', databases: { orders: 'pando' }, server: 'embedded', hasBegun: true }
  try {
    await writeFile(join(other, 'topology.json'), JSON.stringify(note))
    const { code, output } = await runPando(['start', '--port', '0', '--data', other])
    expect(output).toContain('there is no embedded database in this folder, and DATABASE_URL is not set')
    expect(code).toBe(1)
  } finally {
    await removeDataDirectory(other)
  }
})

it('a shop whose databases have addresses names the variable that leads elsewhere', async () => {
  const other = await makeDataDirectory()
  const empty = await createDatabase()
  try {
    const modules = 'storefront, catalog, inventory, accounts, cart, orders, notifications, payments'
    const topology = join(other, 'addresses.yaml')
    await writeFile(
      topology,
      `processes: { shop: { modules: [${modules}], database: { url: "env:SHOP_URL" } } }`,
    )
    const note = {
      source: './addresses.yaml',
      databases: { orders: placeOf(`url:${empty.url}`) },
      hasBegun: true,
    }
    await writeFile(join(other, 'topology.json'), JSON.stringify(note))
    const { code, output } = await runPando(['start', '--port', '0', '--data', other], {
      SHOP_URL: empty.url,
    })
    expect(output).toContain('Set SHOP_URL to the address that "shop" had before')
    expect(code).toBe(1)
  } finally {
    await removeDataDirectory(other)
    await empty.drop()
  }
})

it('a note that cannot be read is named, with the way out', async () => {
  const note = join(folder, 'topology.json')
  await rename(note, `${note}.kept`)
  try {
    await writeFile(note, '{{{')
    expect(await start({ DATABASE_URL: database.url })).toMatch(`Cannot read ${note}: `)
    const { code, output } = await runPando(['audit', '--data', folder], { DATABASE_URL: database.url })
    expect(output).toMatch(`Cannot read ${note}: `)
    expect(code).toBe(1)
  } finally {
    await rename(`${note}.kept`, note)
  }
})

it('it starts again where its data are', async () => {
  const shop = await startShopProcess({
    args: ['--no-sample'],
    dataDirectory: folder,
    environment: { DATABASE_URL: database.url },
  })
  await shop.stop()
})
