import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { ensureHomeSchema } from '#runtime/relocation/control-schema.ts'
import { insertRelocation } from '#runtime/relocation/store.ts'
import { planOf } from '#runtime/relocation/testing.ts'
import { openControl } from '#runtime/supervisor/control.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { keepsTables } from '#runtime/topology/topology.ts'
import { createDatabase } from '#tests/support/database.ts'
import { makeDataDirectory, removeDataDirectory, runPando } from '#tests/support/shop-process.ts'
import type { Finding } from './support/finding.ts'

let sql: Pool
let drop: () => Promise<void>
let environment: Record<string, string>

beforeAll(async () => {
  const database = await createDatabase()
  drop = database.drop
  sql = openPool({ url: database.url, max: 1, name: 'test' })
  environment = { DATABASE_URL: database.url, PANDO_DATA: await makeDataDirectory() }
})

afterAll(async () => {
  await sql`select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()`
  await sql.end({ timeout: 1 })
  await drop()
  await removeDataDirectory(environment.PANDO_DATA!)
})

it('pando doctor finds the leftovers of splits and merges, and --fix removes only those', async () => {
  expect(await leftovers()).toEqual([{ state: 'ok', text: 'no leftovers' }])
  const source = new URL('../topologies/monolith.yaml', import.meta.url).pathname
  const topology = { source, text: await readFile(source, 'utf8') }
  const plan = {
    ...planOf(environment.DATABASE_URL!, environment.DATABASE_URL!),
    toProcess: 'shop',
    topologyBefore: topology,
    topologyAfter: topology,
  }
  await ensureHomeSchema(sql)
  await insertRelocation(sql, plan)
  for (const name of ['pando_rlc_lost_forward', `pando_${plan.id}_forward`, 'of_another_program'])
    await sql`select pg_create_logical_replication_slot(${name}, 'pgoutput')`
  await sql`create publication pando_rlc_lost_forward`

  const lost = [/^the replication slot "pando_rlc_lost_forward" in the database "test_/, /^the publication "/]
  const found = await leftovers()
  for (const pattern of lost) {
    const finding = {
      state: 'wrong',
      text: expect.stringMatching(pattern),
      remedy: expect.stringMatching('--fix'),
    }
    expect(found).toContainEqual(finding)
  }
  const unfinished = {
    state: 'wrong',
    text: expect.stringContaining('the move of till to "shop" has stopped at the step "preflight"'),
    remedy: expect.stringContaining('pando migration status'),
  }
  expect(found).toContainEqual(unfinished)
  expect(found).toHaveLength(lost.length + 1)
  expect(await slots()).toHaveLength(3)

  const removed = await leftovers('--fix')
  expect(removed.map(({ state, text }) => [state, text.slice(0, 8)])).toEqual([
    ['ok', 'removed '],
    ['ok', 'removed '],
    ['wrong', 'the move'],
  ])
  expect(await slots()).toEqual(['of_another_program', `pando_${plan.id}_forward`])
  expect(await sql`select from pg_publication`).toHaveLength(0)
  expect(await leftovers('--fix')).toEqual([unfinished])
}, 60_000)

it('pando doctor does not start an embedded database to check it', async () => {
  const { DATABASE_URL: _, ...embedded } = environment
  const [finding] = await leftovers('--fix', embedded)
  expect(finding).toMatchObject({ state: 'ok', text: expect.stringContaining('the database is not running') })
}, 60_000)

it('pando doctor makes no data folder, and reports when none can be made', async () => {
  const { DATABASE_URL: _, ...embedded } = environment
  const folder = async (PANDO_DATA: string) =>
    (await runPando(['doctor'], { ...embedded, PANDO_DATA })).output
      .split('\n')
      .find((line) => line.includes('data folder'))
  const missing = join(environment.PANDO_DATA!, 'not', 'there')
  expect(await folder(missing)).toMatch(`${missing} does not exist yet: the first start makes it`)
  expect(await readdir(environment.PANDO_DATA!)).not.toContain('not')
  const file = join(environment.PANDO_DATA!, 'file')
  await writeFile(file, '')
  expect(await folder(file)).toMatch(/^BAD .*file cannot be used/)
  const { output } = await runPando(['doctor'], { ...embedded, PANDO_DATA: file })
  expect(output).not.toContain('npm ci')
  expect(await folder(join(file, 'below'))).toMatch(/^BAD .*below cannot be used/)
  if (process.platform === 'linux')
    expect(await folder('/proc/shop/data')).toMatch(/^BAD .*cannot be used \(ENOENT\)/)
}, 60_000)

it('pando doctor compares the connections of all processes with the limit of their server', async () => {
  const connections = async (settings: Record<string, string>) => {
    const { output } = await runPando(['doctor', '--json'], { ...environment, ...settings })
    return (JSON.parse(output) as Finding[]).filter(({ about }) => about === 'connections')
  }
  expect(await connections({ PANDO_DATABASE_CONNECTIONS: '5' })).toMatchObject([
    { state: 'ok', text: expect.stringMatching(/^one process opens up to 5 of the \d+ that/) },
  ])
  const { processes } = readTopology('microservices', { known: await loadContracts(), environment: {} })
  const count = processes.filter(keepsTables).length
  const many = { PANDO_TOPOLOGY: 'microservices', PANDO_DATABASE_CONNECTIONS: '1000' }
  expect(await connections(many)).toMatchObject([
    {
      state: 'wrong',
      text: expect.stringMatching(new RegExp(`^${count} processes open up to ${count}000 of the \\d+ that`)),
      remedy: expect.stringMatching(
        /^raise its max_connections by \d+, or set PANDO_DATABASE_CONNECTIONS to \d+$/,
      ),
    },
  ])
}, 60_000)

const findingsAbout = async (about: string, settings: Record<string, string>) => {
  const { output } = await runPando(['doctor', '--json'], settings)
  return (JSON.parse(output) as Finding[]).filter((each) => each.about === about)
}

it('pando doctor says what to do about a database that refuses connections or does not exist', async () => {
  const url = new URL(environment.DATABASE_URL!)
  url.pathname = '/no_such_database'
  expect(await findingsAbout('database', { ...environment, DATABASE_URL: url.href })).toMatchObject([
    {
      state: 'wrong',
      text: expect.stringContaining('it refuses the connection (database "no_such_database" does not exist)'),
      remedy: expect.stringMatching('^create the database \\("createdb no_such_database"\\)'),
    },
  ])
  expect(
    await findingsAbout('database', { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/shop' }),
  ).toMatchObject([{ state: 'wrong', remedy: expect.stringMatching('^start it') }])
}, 60_000)

it('pando doctor names processes of a running shop that do not answer, and counts those that run', async () => {
  const PANDO_DATA = await makeDataDirectory()
  const settings = { ...environment, PANDO_DATA, PANDO_SECRET: 's'.repeat(32) }
  const replica = (index: number, said: object | null) => ({
    process: 'shop',
    replica: index,
    state: 'ready',
    pid: 4711 + index,
    restarts: 0,
    origin: null,
    modules: [],
    said,
  })
  let said: object | null = { ready: true }
  const control = await openControl(PANDO_DATA, settings.PANDO_SECRET, {
    status: async () => ({ topology: 'monolith', replicas: [replica(0, said), replica(1, said)] }),
  })
  expect(await findingsAbout('shop', settings)).toMatchObject([
    { state: 'ok', text: '2 processes run, all are ready' },
  ])
  expect(await findingsAbout('connections', settings)).toMatchObject([
    // By default each process opens up to 21
    { text: expect.stringMatching(/^2 processes open up to 42 of /) },
  ])
  said = null
  expect(await findingsAbout('shop', settings)).toMatchObject([
    {
      state: 'wrong',
      text: 'shop.0 (pid 4711) is silent',
      remedy: expect.stringContaining('kill -CONT 4711'),
    },
    { state: 'wrong', text: 'shop.1 (pid 4712) is silent' },
  ])
  await control.close()
  await removeDataDirectory(PANDO_DATA)
}, 60_000)

it('pando doctor finds a secret that is empty or missing', async () => {
  const PANDO_DATA = await makeDataDirectory()
  const secret = () => findingsAbout('secret', { ...environment, PANDO_DATA })
  expect(await secret()).toMatchObject([{ state: 'ok', text: 'made by the first start' }])
  await writeFile(join(PANDO_DATA, 'secret'), '')
  expect(await secret()).toMatchObject([{ state: 'wrong', text: expect.stringContaining('shorter than 32') }])
  await rm(join(PANDO_DATA, 'secret'))
  await writeFile(join(PANDO_DATA, 'topology.json'), '{"source":"monolith","databases":{}}')
  expect(await secret()).toMatchObject([
    { state: 'wrong', text: expect.stringContaining('secret is missing') },
  ])
  await removeDataDirectory(PANDO_DATA)
}, 60_000)

it('pando doctor finds an internal port that another program uses', async () => {
  const taken = createServer((_, response) => response.end())
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const PANDO_TOPOLOGY = join(environment.PANDO_DATA!, 'ports.yaml')
  await writeFile(
    PANDO_TOPOLOGY,
    `processes:\n  shop: { modules: all }\n  till: { modules: [payments], port: ${port} }\n`,
  )
  const ports = await findingsAbout('port', { ...environment, PANDO_TOPOLOGY })
  taken.close()
  expect(ports).toContainEqual({
    state: 'wrong',
    about: 'port',
    text: `internal port ${port} of "till" is used by another program`,
    remedy: expect.stringMatching(/^stop that program, or change the port of "till" in .*ports\.yaml$/),
  })
}, 60_000)

it('pando doctor reports a topology that cannot be read, with the setting that names it', async () => {
  const missing = { ...environment, PANDO_TOPOLOGY: join(environment.PANDO_DATA!, 'none.yaml') }
  expect(await findingsAbout('topology', missing)).toMatchObject([
    { state: 'wrong', remedy: expect.stringContaining('PANDO_TOPOLOGY') },
  ])
}, 60_000)

async function leftovers(option?: string, settings = environment): Promise<Omit<Finding, 'about'>[]> {
  const { output } = await runPando(['doctor', '--json', ...(option ? [option] : [])], settings)
  const findings = JSON.parse(output) as Finding[]
  return findings.filter(({ about }) => about === 'splits and merges').map(({ about: _, ...rest }) => rest)
}

async function slots(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select slot_name as name from pg_replication_slots where database = current_database() order by 1`
  return rows.map(({ name }) => name)
}

it('pando doctor distinguishes a shop of another data folder from this one, and names misspelt settings', async () => {
  const server = createServer((_, response) => response.end('{"status":"live"}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { DATABASE_URL: _, ...embedded } = environment
  const PANDO_PORT = String((server.address() as AddressInfo).port)
  const { code, output } = await runPando(['doctor'], { ...embedded, PANDO_PORT, PANDO_HOTS: '0.0.0.0' })
  server.close()
  expect(output).toMatch(/^BAD +port +\d+ is used by another shop/m)
  expect(output).toMatch(/^note +settings +PANDO_HOTS is not a setting .*PANDO_HOST/m)
  expect(code).toBe(1)
}, 60_000)

it('pando doctor names the secret and the database that a running shop has instead of those of this shell', async () => {
  const PANDO_DATA = await makeDataDirectory()
  const PANDO_SECRET = 's'.repeat(32)
  const control = await openControl(PANDO_DATA, PANDO_SECRET, {
    status: async () => ({ topology: 'monolith', replicas: [] }),
  })
  const port = createServer((_, response) => response.end('{"status":"live"}'))
  port.listen(0, '127.0.0.1')
  await once(port, 'listening')
  const PANDO_PORT = String((port.address() as AddressInfo).port)
  const record = { source: 'monolith', databases: {}, server: 'db.example.com:5432', hasBegun: true }
  await writeFile(join(PANDO_DATA, 'topology.json'), JSON.stringify(record))
  const other = { PANDO_DATA, PANDO_PORT, PANDO_SECRET }
  expect(await findingsAbout('database', other)).toEqual([
    {
      state: 'wrong',
      about: 'database',
      text: expect.stringMatching(
        /^the running shop uses the server db\.example\.com:5432, but .* is not set$/,
      ),
      remedy: 'set DATABASE_URL as for the start of the shop',
    },
  ])
  expect(await findingsAbout('port', other)).toMatchObject([{ state: 'ok' }])
  await writeFile(join(PANDO_DATA, 'secret'), 'x'.repeat(32))
  expect(await findingsAbout('secret', other)).toMatchObject([
    { state: 'note', text: expect.stringContaining('PANDO_SECRET is not the secret in') },
  ])
  const { PANDO_SECRET: _, ...unset } = other
  expect(await findingsAbout('shop', unset)).toEqual([
    {
      state: 'wrong',
      about: 'shop',
      text: expect.stringMatching(
        /not signed with the secret of this shop\. Set PANDO_SECRET to the value with which/,
      ),
    },
  ])
  port.close()
  await control.close()
  await removeDataDirectory(PANDO_DATA)
}, 60_000)

it('pando doctor says that a start would refuse a database without the tables of the shop', async () => {
  const PANDO_DATA = await makeDataDirectory()
  const record = {
    source: 'monolith',
    databases: { orders: new URL(environment.DATABASE_URL!).pathname.slice(1) },
    server: 'localhost:1',
    hasBegun: true,
  }
  await writeFile(join(PANDO_DATA, 'topology.json'), JSON.stringify(record))
  expect(await findingsAbout('database', { ...environment, PANDO_DATA })).toContainEqual({
    state: 'wrong',
    about: 'database',
    text: expect.stringMatching(/^a start would refuse it\. Cannot start: the data of the shop .* elsewhere/),
  })
  await removeDataDirectory(PANDO_DATA)
}, 60_000)
