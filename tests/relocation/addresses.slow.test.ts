import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import type { StepName } from '#runtime/relocation/steps.ts'
import { createDatabase } from '#tests/support/database.ts'
import { makeDataDirectory, removeDataDirectory, runPando } from '#tests/support/shop-process.ts'
import { expectAllWell, holdBefore, type MovingShop, startMovingShop } from './moving-shop.ts'

let databases: Record<'SHOP_URL' | 'PAY_URL' | 'CART_URL', Awaited<ReturnType<typeof createDatabase>>>
let environment: Record<string, string>
let folder: string
let shop: MovingShop | undefined

beforeAll(async () => {
  databases = {
    SHOP_URL: await createDatabase(),
    PAY_URL: await createDatabase(),
    CART_URL: await createDatabase(),
  }
  environment = Object.fromEntries(Object.entries(databases).map(([name, { url }]) => [name, url]))
  folder = await makeDataDirectory()
})
afterAll(async () => {
  await shop?.close()
  await removeDataDirectory(folder)
  for (const { drop } of Object.values(databases)) await drop()
})

/** The process with the pages has no tables, so the database of payments, the first one with tables, is the home of moves. */
async function startShop(): Promise<MovingShop> {
  const [pages, sales, payments] = [await freePort(), await freePort(), await freePort()]
  const topology = join(folder, 'addresses.yaml')
  await writeFile(
    topology,
    `processes:
  pages: { modules: [storefront], internalPort: ${pages} }
  payments: { modules: [payments], port: ${payments}, database: { url: "env:PAY_URL" } }
  sales: { modules: all, port: ${sales}, database: { url: "env:SHOP_URL" } }
`,
  )
  return startMovingShop({ args: ['--topology', topology], environment })
}

it('a shop whose databases all have addresses starts no embedded server, and finishes its moves after a kill', async () => {
  shop = await startShop()
  const { dataDirectory } = shop.shop
  const files = () => readdir(dataDirectory)
  expect(await files()).not.toContain('postgres')
  for (const command of ['status', 'audit', 'migration status']) {
    const { code, output } = await shop.pando(...command.split(' '))
    expect(code, output).toBe(0)
  }

  const withoutAddress = await shop.pando('split', 'cart')
  expect(withoutAddress.output).toContain('this shop has none. Give the address of a database: --database')
  expect(withoutAddress.code).toBe(1)

  await killBefore('copy', ['split', 'cart', '--database', 'env:CART_URL'])
  const split = await shop.relocate('migration', 'resume')
  expect(split.status?.state, split.output).toBe('done')

  // This move removes the process whose database is the home. At the kill, its module is already at the target
  await killBefore('switch', ['merge', 'payments', '--into', 'cart'])
  expect((await shop.pando('doctor')).output).toContain(
    'the move of payments to "cart" has stopped at the step "seal"',
  )
  const merge = await shop.relocate('migration', 'resume')
  expect(merge.status?.state, merge.output).toBe('done')

  await shop.shop.stop()
  await shop.restart()
  const { output } = await shop.pando('migration', 'status', '--json')
  const moves = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { modules: string[]; state: string })
  expect(moves.map(({ modules, state }) => [...modules, state])).toEqual([
    ['payments', 'done'],
    ['cart', 'done'],
  ])
  const doctor = await shop.pando('doctor')
  expect(doctor.output).toMatch(/^ok +database +PostgreSQL .* env:PAY_URL \(records splits and merges\)$/m)
  expect(doctor.output).toMatch(/^ok +splits and merges +no leftovers$/m)
  await expectAllWell(shop)
  expect(await files()).not.toContain('postgres')
}, 240_000)

it('while a move is unfinished, a start with another home is refused', async () => {
  const { shop: running, environment: settings } = shop!
  await holdBefore('copy', ['split', 'orders', '--database', 'env:PAY_URL'], settings).then((command) =>
    command.kill('SIGKILL'),
  )
  await running.kill()

  const withOtherHome = await runPando(['start'], { ...settings, DATABASE_URL: environment.CART_URL! })
  expect(withOtherHome.output).toContain(
    "Start with the database of the shop's last start (PAY_URL, without DATABASE_URL)",
  )
  expect(withOtherHome.code).toBe(1)
  const { PAY_URL: _, ...settingsWithoutHome } = settings
  const withoutHome = await runPando(['start'], settingsWithoutHome)
  expect(withoutHome.output).toContain(
    ' PAY_URL, the address of the database that recorded the move, is not set',
  )
  expect(withoutHome.code).toBe(1)

  await shop!.restart()
  const { status, output } = await shop!.relocate('migration', 'rollback')
  expect(status?.state, output).toBe('rolled back')
}, 120_000)

/** Kills the shop before a step of a move, and starts it again. */
async function killBefore(step: StepName, args: string[]): Promise<void> {
  const command = await holdBefore(step, args, shop!.environment)
  await shop!.shop.kill()
  command.kill('SIGKILL')
  await shop!.restart()
}
