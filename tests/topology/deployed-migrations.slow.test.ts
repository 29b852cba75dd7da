import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pool } from '#runtime/database/pool.ts'
import { underLoad } from '#tests/relocation/moving-shop.ts'
import { fillStock } from '#tests/support/fill-stock.ts'
import { type CheckoutCopy, copyCheckout } from './checkout-copy.ts'
import { type DistributedShop, processesOf, startDistributedShop } from './distributed-shop.ts'
import { expectOrders } from './expect-orders.ts'
import {
  expectPaymentsMatchProvider,
  findMigratedModules,
  type MigratedModule,
  writeColumnMigration,
} from './migrated-modules.ts'

const DEPLOYS = Number(process.env.PANDO_TEST_DEPLOYS ?? 20)
/** Index of the deployment that uses an artefact. The next deployment of this process uses the checkout again. */
const BUILT = 1

// Each process is deployed several times. A deployment of a process with many modules changes the tables of all of them, so
// the fewer the processes, the fewer deployments suffice. A single process cannot be deployed without an interruption, so
// this monolith has two replicas; migrations.slow.test.ts covers the monolith of one process.
describe.each([
  { name: 'monolith', replicas: 2, deployments: Math.ceil(DEPLOYS / 5) },
  { name: 'hybrid', replicas: 1, deployments: Math.ceil((2 * DEPLOYS) / 5) },
  { name: 'microservices', replicas: 1, deployments: DEPLOYS },
])('a shop with the topology $name and $replicas public replicas', ({ name, replicas, deployments }) => {
  let checkout: CheckoutCopy
  let shop: DistributedShop
  let modules: MigratedModule[]
  let pools: Pool[] = []

  beforeAll(async () => {
    checkout = await copyCheckout()
    shop = await startDistributedShop({
      processes: await processesOf(name),
      checkout: checkout.directory,
      environment: checkout.environment,
      replicas,
    })
    await fillStock({ PANDO_DATA: shop.dataDirectory })
    ;({ modules, pools } = await findMigratedModules(shop.dataDirectory))
  }, 180_000)
  afterAll(async () => {
    await Promise.all(pools.map((sql) => sql.end()))
    await shop?.close()
    await checkout?.remove()
  })

  /** Deploys as an operator does: adds migrations of a newer version to the checkout, then deploys the process. */
  async function deploy(process: string, round: number, isBuilt: boolean): Promise<void> {
    const deployed = modules.filter((each) => processOf(each.name) === process)
    const written = await Promise.all(
      deployed.map(async (each) => {
        const directory = join(checkout.directory, 'modules', each.name, 'migrations')
        return { ...each, migration: await writeColumnMigration(directory, each.table, round) }
      }),
    )
    const { code, output } = await shop.pando('deploy', process, ...(isBuilt ? ['--build'] : []))
    console.log(output.trim())
    expect(code, output).toBe(0)
    for (const { name: module, sql, migration } of written) {
      const recorded = await sql<{ name: string }[]>`
        select name from ${sql(module)}.pando_migration where name = ${migration}`
      expect(recorded, `${module}: after ${output}`).toEqual([{ name: migration }])
    }
  }

  function processOf(module: string): string {
    return shop.processes.find((each) => each.modules.includes(module))!.name
  }

  it(`sells without a failure while ${deployments} deployments change the largest table of each module`, async () => {
    const processes = [...new Set(modules.map((each) => processOf(each.name)))]
    const { load } = await underLoad({ shop }, async () => {
      for (let number = 0; number < deployments; number++) {
        const round = Math.floor(number / processes.length) + 1
        await deploy(processes[number % processes.length]!, round, number === BUILT)
      }
    })
    console.log(
      `${name}: ${deployments} deployments, ${load.requests} requests (${load.orders.length} orders), ${load.failed.length} failed; p50 ${load.p50} ms, p99 ${load.p99} ms, maximum ${load.max} ms`,
    )
    expect(load.failed).toEqual([])
    expect(load.orders.length).toBeGreaterThan(deployments)
    await expectOrders(shop.origin, load)
    const { code, output } = await shop.pando('audit')
    expect(code, output).toBe(0)
    await expectPaymentsMatchProvider(modules, load.orders.length)
  }, 600_000)
})
