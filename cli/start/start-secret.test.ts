import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readSecret } from '#runtime/base/secret.ts'
import { openPool } from '#runtime/database/pool.ts'
import { readConfig } from '#runtime/process/config.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { createDatabase } from '#tests/support/database.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'
import { startSecret } from './start-secret.ts'

const topology = readTopology('microservices', {
  known: await loadContracts(),
  environment: {},
  starting: [],
})
let folder: string
beforeEach(async () => {
  folder = await makeDataDirectory()
})
afterEach(() => removeDataDirectory(folder))

/** The warnings that a start logs about its secret. */
async function warningsOf(settings: Record<string, string> = {}, isOneOfSeveral = false): Promise<string[]> {
  const config = readConfig({ PANDO_DATA: folder, ...settings }, [])
  const warnings: string[] = []
  const ignore = () => {}
  const log = { debug: ignore, info: ignore, error: ignore, child: () => log, warn }
  function warn(_: object, message: string) {
    warnings.push(message)
  }
  await startSecret(config, topology, { log, isOneOfSeveral })
  return warnings
}

it('a first start makes a secret without a warning', async () => {
  expect(await warningsOf()).toEqual([])
  expect(await warningsOf()).toEqual([])
})

it('a shop whose secret is missing gets a new one with a warning', async () => {
  await writeFile(join(folder, 'topology.json'), '{"source":"monolith","databases":{}}')
  const warning = expect.stringMatching(
    /^the secret of this shop is missing, .* in .*\/secret: links in emails .* backup/,
  )
  expect(await warningsOf()).toEqual([warning])
  expect(await warningsOf()).toEqual([])
})

it('a start warns about a PANDO_SECRET that is not the secret in the data folder', async () => {
  expect(await warningsOf({ PANDO_SECRET: 's'.repeat(32) })).toEqual([])
  await writeFile(join(folder, 'secret'), 'x'.repeat(32))
  expect(await warningsOf({ PANDO_SECRET: 's'.repeat(32) })).toEqual([
    expect.stringMatching(/^PANDO_SECRET is not the secret in .* unset PANDO_SECRET/),
  ])
})

it('a new data folder for the database of a shop gets a new secret with a warning', async () => {
  const database = await createDatabase()
  const sql = openPool({ url: database.url, max: 1, name: 'test' })
  try {
    const settings = { DATABASE_URL: database.url }
    expect(await warningsOf(settings)).toEqual([])
    await rm(join(folder, 'secret'))
    await sql`create table pando_migration (name text)`
    expect(await warningsOf(settings)).toEqual([expect.stringContaining('set PANDO_SECRET')])
  } finally {
    await sql.end({ timeout: 1 })
    await database.drop()
  }
})

it('a new data folder is refused for the database of a running shop', async () => {
  const database = await createDatabase()
  const shop = openPool({ url: database.url, max: 1, name: 'pando' })
  try {
    await shop`select 1`
    const settings = { DATABASE_URL: database.url }
    await expect(warningsOf(settings)).rejects.toThrow(
      /^Cannot start: "pando" of a running shop uses the database test_\w+ at .*, and .* has no secret\. To add a process/,
    )
    expect(await readSecret(folder)).toBeUndefined()
    expect(await warningsOf({ ...settings, PANDO_SECRET: 's'.repeat(32) })).toEqual([])
  } finally {
    await shop.end({ timeout: 1 })
    await database.drop()
  }
})

it('a process that is started alone warns when it makes a secret of its own', async () => {
  expect(await warningsOf({}, true)).toEqual([
    expect.stringMatching(/^PANDO_SECRET is not set, .*Set PANDO_SECRET for all of them/),
  ])
})
