import { createLog } from '#runtime/base/log.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { KnownPlacement, placementOf } from '#runtime/topology/placement.ts'
import { databaseUrlOf, needsDefaultServer } from '#runtime/topology/topology.ts'
import { configOf } from './config-of.ts'
import { openDatabase } from './database.ts'
import { readDeploymentSecret } from './deployment-secret.ts'
import { followMove } from './follow-move.ts'
import { natsChoiceOf } from './nats-choice.ts'
import { requireShop } from './require-shop.ts'
import { chosenTopology } from './topology.ts'

/**
 * Opens the shop for a command, on the databases of a running or a stopped shop. It serves nothing and runs no jobs, and
 * delivers events only when `work` calls `drain()`: commands that only read change nothing. Throws when there is no shop.
 */
export async function withShop<Answer>(work: (shop: Shop) => Promise<Answer>): Promise<Answer> {
  const { shop, close } = await openCommandShop(process.env, { mustExist: true })
  try {
    return await work(shop)
  } finally {
    await close()
  }
}

/**
 * Opens all modules in this process, each on its database in the topology: PANDO_TOPOLOGY, else the topology of the shop's
 * last start. The databases of modules whose move has not ended follow from the record of the move. Modules of
 * services in other languages are called over HTTP. `mustExist`: throws when there is no shop, instead of making its tables.
 */
export async function openCommandShop(
  environment: Record<string, string | undefined>,
  { mustExist = false } = {},
): Promise<{ shop: Shop; close(): Promise<void> }> {
  const contracts = await loadContracts()
  const topology = await chosenTopology(undefined, contracts, [], environment)
  const hosted = topology.processes.filter((each) => !each.command).flatMap((each) => each.modules)
  const modules = await loadHosted(hosted)
  const config = configOf(topology, modules, environment)
  const log = createLog({ level: environment.PANDO_LOG ?? 'warn' })
  if (mustExist) await requireShop(config, topology)
  const secret = await readDeploymentSecret(environment)
  const database = needsDefaultServer(topology)
    ? await openDatabase(config, { start: false, log })
    : undefined
  try {
    const current = await followMove(topology, config, { contracts, serverUrl: database?.url })
    const shop = await openShop({
      modules,
      contracts,
      nats: natsChoiceOf(topology, config),
      network: { placement: new KnownPlacement(placementOf(current)) },
      databaseUrl: (module) => databaseUrlOf(current.processOf(module), database?.url)!,
      databaseConnections: config.databaseConnections,
      secret,
      publicUrl: config.publicUrl,
      dataDirectory: config.dataDirectory,
      log,
      environment,
      background: false,
      processName: 'pando-tool',
    })
    return {
      shop,
      async close() {
        await shop.stop()
        await database?.close()
      },
    }
  } catch (error) {
    await database?.close()
    throw error
  }
}
