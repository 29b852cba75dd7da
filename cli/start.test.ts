import { once } from 'node:events'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { openPool } from '#runtime/database/pool.ts'
import { createDatabase } from '#tests/support/database.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  startShopProcess,
} from '#tests/support/shop-process.ts'

const CATALOGUE = 'cli/import/fixtures/quirks.csv'

let environment: Record<string, string>
beforeAll(async () => {
  environment = {
    PANDO_DATA: await makeDataDirectory(),
    PANDO_PORT: String(await freePort()),
    DATABASE_URL: 'postgres://shop:secret@127.0.0.1:1/money',
  }
})
afterAll(() => removeDataDirectory(environment.PANDO_DATA!))

it.each(['monolith', 'hybrid'])(
  'a first start in %s that fails says why, and leaves no record of a topology',
  async (topology) => {
    const { code, output } = await runPando(['start', '--topology', topology], environment)
    expect(output).toMatch(/^pando: Cannot use the database money at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
    expect(await readdir(environment.PANDO_DATA!)).toEqual(['secret'])
  },
)

it('a first start with PANDO_SECRET makes its data folder', async () => {
  const settings = { ...environment, PANDO_SECRET: 's'.repeat(32) }
  const folder = join(environment.PANDO_DATA!, 'new', 'folder')
  const { output } = await runPando(['start', '--data', folder], settings)
  expect(output).toMatch(/^pando: Cannot use the database money at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
  await removeDataDirectory(join(environment.PANDO_DATA!, 'new'))
})

it('replica 5 of a process with one replica in the topology is refused', async () => {
  const { code, output } = await runPando(
    ['start', '--topology', 'hybrid', '--process', 'payments', '--replica', '5'],
    environment,
  )
  expect(output).toContain('Cannot start replica 5 of "payments": it has 1 in the topology "hybrid"')
  expect(code).toBe(1)
})

it('a process whose database has an address starts no embedded server', async () => {
  const { DATABASE_URL: _, ...rest } = environment
  const topology = join(rest.PANDO_DATA!, 'elsewhere.yaml')
  await writeFile(
    topology,
    `processes:
  shop: { modules: all }
  email:
    modules: [notifications]
    port: 4960
    database: { url: 'postgres://shop:secret@127.0.0.1:1/messages' }
`,
  )
  const { code, output } = await runPando(['start', '--topology', topology, '--process', 'email'], rest)
  expect(output).toMatch(/^pando: Cannot use the database messages at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
  expect(code).toBe(1)
  expect(await readdir(rest.PANDO_DATA!)).not.toContain('postgres')
})

it.each([
  ['one process', ''],
  ['several', '\n  payments: { modules: [payments], port: 4961, database: ADDRESS }'],
])(
  'a whole shop of %s whose databases all have addresses starts no embedded server',
  async (_, separate) => {
    const { DATABASE_URL: __, ...rest } = environment
    const topology = join(rest.PANDO_DATA!, 'addresses.yaml')
    const text = `processes:\n  shop: { modules: all, database: ADDRESS }${separate}\n`
    const address = "{ url: 'postgres://shop:secret@127.0.0.1:1/shop' }"
    await writeFile(topology, text.replaceAll('ADDRESS', address))
    const { code, output } = await runPando(['start', '--topology', topology], rest)
    expect(output).toMatch(
      /Cannot use the database shop at 127\.0\.0\.1:1: connect ECONNREFUSED.* the topology gives "/,
    )
    expect(code).toBe(1)
    expect((await readdir(rest.PANDO_DATA!)).filter((name) => !name.endsWith('.yaml'))).toEqual(['secret'])
  },
  60_000,
)

it('a start that fails while the shop runs keeps the record of the running shop', async () => {
  const files = () => readdir(environment.PANDO_DATA!)
  await writeFile(join(environment.PANDO_DATA!, 'control.json'), '{}')
  await runPando(['start'], environment)
  expect(await files()).toContain('topology.json')
  await Promise.all(['control.json', 'topology.json'].map((name) => rm(join(environment.PANDO_DATA!, name))))
})

const commandsThatOpenAShop = [
  'audit',
  'events list',
  'staff list',
  'staff add a@example.com --name A',
  'staff revoke a@example.com',
  `import shopify ${CATALOGUE}`,
]

it.each(commandsThatOpenAShop)('%s without a shop is refused, and creates none', async (command) => {
  await expectRefused(command)
})

it('a command with PANDO_TOPOLOGY and PANDO_SECRET, but without a shop, is refused and creates none', async () => {
  const settings = { PANDO_TOPOLOGY: 'hybrid', PANDO_SECRET: 's'.repeat(32) }
  for (const command of ['audit', 'staff add a@example.com --name A']) await expectRefused(command, settings)
})

async function expectRefused(command: string, more: Record<string, string> = {}): Promise<void> {
  const { DATABASE_URL: _, PANDO_DATA: __, ...rest } = environment
  const folder = join(environment.PANDO_DATA!, 'typo')
  const { code, output } = await runPando([...command.split(' '), '--data', folder], { ...rest, ...more })
  expect(output).toMatch(`Cannot find a shop in ${folder}: none has been started there`)
  expect(output).toMatch('start a new shop there with "pando start"')
  expect(code).toBe(1)
  expect(await readdir(environment.PANDO_DATA!)).not.toContain('typo')
}

it.each(['staff list', `import shopify ${CATALOGUE}`])(
  '%s creates no shop in an empty database',
  async (command) => {
    const database = await createDatabase()
    const sql = openPool({ url: database.url, max: 1, name: 'test' })
    try {
      const settings = { ...environment, DATABASE_URL: database.url }
      const { code, output } = await runPando(command.split(' '), settings)
      expect(output).toMatch(
        /Cannot find a shop in the database test_\w+ at [\w.:]+: it has no tables of a shop/,
      )
      expect(code).toBe(1)
      expect(await sql`select from pg_namespace where nspname = 'catalog'`).toHaveLength(0)
    } finally {
      await sql.end({ timeout: 1 })
      await database.drop()
    }
  },
)

it('a command creates no shop in the empty databases of a topology', async () => {
  const { DATABASE_URL: _, ...rest } = environment
  const database = await createDatabase()
  const folder = await makeDataDirectory()
  try {
    const topology = join(folder, 'addresses.yaml')
    const text = 'processes: { shop: { modules: all, database: { url: "env:SHOP_URL" } } }'
    await writeFile(topology, text)
    const settings = { ...rest, PANDO_TOPOLOGY: topology, SHOP_URL: database.url }
    const { code, output } = await runPando(['staff', 'list', '--data', folder], settings)
    expect(output).toMatch(/Cannot find a shop in the database test_\w+ at .* Correct the address of "shop"/)
    expect(code).toBe(1)
  } finally {
    await removeDataDirectory(folder)
    await database.drop()
  }
})

it('a command starts no embedded server for a shop that has run without one', async () => {
  const { DATABASE_URL: _, ...rest } = environment
  const folder = await makeDataDirectory()
  try {
    const record = { source: 'monolith', databases: {} }
    await writeFile(join(folder, 'topology.json'), JSON.stringify(record))
    const { code, output } = await runPando(['staff', 'list', '--data', folder], rest)
    expect(output).toMatch(`Cannot find the database of the shop in ${folder}: there is no embedded one`)
    expect(code).toBe(1)
    expect(await readdir(folder)).toEqual(['topology.json'])
  } finally {
    await removeDataDirectory(folder)
  }
})

// On Linux alone, /proc answers every attempt to make a folder with ENOENT
it.runIf(process.platform === 'linux').each([{}, { PANDO_SECRET: 's'.repeat(32) }])(
  'with %o, a start reports that its data folder cannot be made (on Linux only)',
  async (more) => {
    const { DATABASE_URL: _, ...rest } = environment
    const { code, output } = await runPando(['start', '--data', '/proc/shop/data'], { ...rest, ...more })
    expect(output).toMatch(
      'pando: Cannot make the folder /proc/shop: /proc allows no new folders. Give another path',
    )
    expect(code).toBe(1)
  },
)

it('an invalid port is reported together with all other invalid settings', async () => {
  const wrong = { ...environment, PANDO_PORT: '99999', PANDO_CURRENCY: 'eur' }
  const { code, output } = await runPando(['start'], wrong)
  expect(output).toMatch(/^ {2}- PANDO_PORT "99999" is not a port/m)
  expect(output).toMatch(/^ {2}- PANDO_CURRENCY "eur"/m)
  expect(code).toBe(1)
})

it.each([
  ['public', 'monolith'],
  ['internal', 'own-ports'],
])('a first start whose %s port is in use is refused before it makes anything', async (kind, name) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const PANDO_DATA = await makeDataDirectory()
  const { DATABASE_URL: _, ...embedded } = environment
  const isPublic = kind === 'public'
  const topology = isPublic ? name : join(environment.PANDO_DATA!, `${name}.yaml`)
  if (!isPublic)
    await writeFile(
      topology,
      `processes:\n  shop: { modules: all }\n  till: { modules: [payments], port: ${port} }\n`,
    )
  const settings = { ...embedded, PANDO_DATA, ...(isPublic ? { PANDO_PORT: String(port) } : {}) }
  const { code, output } = await runPando(['start', '--topology', topology], settings)
  taken.close()
  expect(output).toMatch(
    isPublic
      ? `Cannot listen on port ${port}`
      : `Cannot start in the topology "own-ports": a port is used by another program\n  - ${port}, an internal port of "till"\n`,
  )
  expect(code).toBe(1)
  expect(await readdir(PANDO_DATA)).toEqual([])
  await removeDataDirectory(PANDO_DATA)
})

it('a start with --port 0 listens on a free port, and prints it', async () => {
  const shop = await startShopProcess({ port: 0, args: ['--no-sample'] })
  try {
    const address = /Shop +(http:\/\/localhost:[1-9]\d+)$/m.exec(shop.output())?.[1]
    expect((await fetch(`${address}/health/ready`)).status).toBe(200)
  } finally {
    await shop.stop()
    await removeDataDirectory(shop.dataDirectory)
  }
}, 60_000)
