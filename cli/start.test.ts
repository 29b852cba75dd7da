import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#runtime/process/ports.ts'
import { makeDataDirectory, removeDataDirectory, runPando } from '#tests/support/shop-process.ts'

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
  'a first start in %s that fails says why, and binds the shop to nothing',
  async (topology) => {
    const { code, output } = await runPando(['start', '--topology', topology], environment)
    expect(output).toMatch(/^pando: Cannot use the database money at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
    expect(await readdir(environment.PANDO_DATA!)).toEqual(['secret'])
  },
)

it('a replica that the topology does not have is refused', async () => {
  const { code, output } = await runPando(
    ['start', '--topology', 'hybrid', '--process', 'payments', '--replica', '5'],
    environment,
  )
  expect(output).toContain('Cannot start replica 5 of "payments": by the topology "hybrid" it has 1')
  expect(code).toBe(1)
})

it('a process whose database has an address of its own makes no other', async () => {
  const { DATABASE_URL: _, ...rest } = environment
  const topology = join(rest.PANDO_DATA!, 'elsewhere.yaml')
  await writeFile(
    topology,
    `processes:
  shop: { modules: [storefront, catalog, inventory, accounts, cart, orders, payments] }
  mails:
    modules: [notifications]
    port: 4960
    database: { url: 'postgres://shop:secret@127.0.0.1:1/mails' }
`,
  )
  const { code, output } = await runPando(['start', '--topology', topology, '--process', 'mails'], rest)
  expect(output).toMatch(/^pando: Cannot use the database mails at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
  expect(code).toBe(1)
  expect(await readdir(rest.PANDO_DATA!)).not.toContain('postgres')
})

it.each(['audit', 'events list', 'staff list', 'staff revoke a@example.com'])(
  '%s where no shop has ever been is refused, and makes none',
  async (command) => {
    const { DATABASE_URL: _, PANDO_DATA: __, ...rest } = environment
    const folder = join(environment.PANDO_DATA!, 'typo')
    const { code, output } = await runPando([...command.split(' '), '--data', folder], rest)
    expect(output).toContain(`Cannot find a shop in ${folder}`)
    expect(code).toBe(1)
    expect(await readdir(environment.PANDO_DATA!)).not.toContain('typo')
  },
)

it('a port that is none is told of with all other settings that are wrong', async () => {
  const wrong = { ...environment, PANDO_PORT: '99999', PANDO_CURRENCY: 'eur' }
  const { code, output } = await runPando(['start'], wrong)
  expect(output).toMatch(/^ {2}- PANDO_PORT "99999" is not a port/m)
  expect(output).toMatch(/^ {2}- PANDO_CURRENCY "eur"/m)
  expect(code).toBe(1)
})
