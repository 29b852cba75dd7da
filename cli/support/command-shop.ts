import { createLog } from '#runtime/base/log.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { KnownPlacement, placementOf } from '#runtime/topology/placement.ts'
import { databaseUrlOf, needsDefaultServer } from '#runtime/topology/topology.ts'
import { configOf } from './config-of.ts'
import { openDatabase } from './database.ts'
import { readDeploymentSecret } from './deployment-secret.ts'
import { natsChoiceOf } from './nats-choice.ts'
import { requireShop } from './require-shop.ts'
import { chosenTopology } from './topology.ts'

/**
 * Opens the shop for a command: beside a running one, on the same databases, or alone. It serves nothing and runs no
 * jobs, and delivers events only where `work` asks for it: who looks changes nothing. Throws where there is no shop.
 */
export async function withShop<Answer>(work: (shop: Shop) => Promise<Answer>): Promise<Answer> {
  const { shop, close } = await openCommandShop(process.env, { refuseEmpty: true })
  try {
    return await work(shop)
  } finally {
    await close()
  }
}

/**
 * All modules in this process, each on the database that the topology gives it: the one of `--topology` or
 * PANDO_TOPOLOGY, else the one that the shop of the data folder ran in last. Services in other languages are called.
 * `refuseEmpty`: throws where no shop has ever been, instead of making its tables.
 */
export async function openCommandShop(
  environment: Record<string, string | undefined>,
  { refuseEmpty = false } = {},
): Promise<{ shop: Shop; close(): Promise<void> }> {
  const contracts = await loadContracts()
  const topology = await chosenTopology(undefined, contracts, [], environment)
  const ours = topology.processes.filter((each) => !each.command).flatMap((each) => each.modules)
  const modules = await loadHosted(ours)
  const config = configOf(topology, modules, environment)
  const log = createLog({ level: environment.PANDO_LOG ?? 'warn' })
  if (refuseEmpty) await requireShop(config, topology)
  const secret = await readDeploymentSecret(environment)
  const database = needsDefaultServer(topology)
    ? await openDatabase(config, { start: false, log })
    : undefined
  try {
    const shop = await openShop({
      modules,
      contracts,
      nats: natsChoiceOf(topology, config),
      network: { placement: new KnownPlacement(placementOf(topology)) },
      databaseUrl: (module) => databaseUrlOf(topology.processOf(module), database?.url)!,
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
