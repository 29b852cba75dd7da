import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { freePort } from '#runtime/base/ports.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { CONTROL_FILE } from '#runtime/supervisor/control-record.ts'
import { findProcess, needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { seedSample } from './import/seed-sample.ts'
import type { WholeShopOptions } from './start/all-processes.ts'
import { startOneProcess } from './start/one-process.ts'
import type { UnfinishedRelocation } from './start/unfinished-relocation.ts'
import { folderOf, RELOCATIONS_FOLDER } from './support/data-folder.ts'
import { embeddedDirectory } from './support/home.ts'
import { readReplica } from './support/read-replica.ts'
import { recordedTopology, recordStarted, removeRecord } from './support/shop-record.ts'
import { chosenTopology } from './support/topology.ts'

export interface StartOptions {
  port?: string
  data?: string
  sample: boolean
  topology?: string
  process?: string
  replica?: number
}

/** `pando start`: starts a whole shop on this machine, or one process of it. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('start the shop; an empty catalogue is filled with sample products')
    .option('--port <number>', 'public port of the shop (PANDO_PORT); 0: a free one', readPort)
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .option(
      '--topology <name|file>',
      'topology that assigns modules to processes (PANDO_TOPOLOGY; default: the one of the last start, else monolith)',
    )
    .option(
      '--process <name>',
      'start only this process of the topology, as in a container; the catalogue is not filled',
    )
    .option('--replica <number>', 'with --process: number of this replica, counted from 0', readReplica, 0)
    .option('--no-sample', 'leave an empty catalogue empty')
    .addHelpText(
      'after',
      '\nSettings are environment variables; "pando doctor" lists them with their values.\nAll processes of a topology run under one supervisor: it restarts a process that dies, and Ctrl-C stops\nall of them.',
    )
    .action(async (options: StartOptions) => {
      if (options.port) process.env.PANDO_PORT = options.port === '0' ? `${await freePort()}` : options.port
      if (options.data) process.env.PANDO_DATA = options.data
      await start(options)
    })
}

async function start({ sample, topology: option, process: name, replica = 0 }: StartOptions): Promise<void> {
  const contracts = await loadContracts()
  if (name !== undefined) {
    const topology = await chosenTopology(option, contracts, [name])
    return startOneProcess(topology, findProcess(topology, name), { replica })
  }
  const unfinished = existsSync(join(folderOf(), RELOCATIONS_FOLDER))
    ? await findUnfinished(contracts)
    : undefined
  const topology = unfinished?.topology ?? (await chosenTopology(option, contracts, 'all'))
  let hasRun = (await recordedTopology(folderOf())) !== undefined
  const ready = async () => {
    hasRun = true
    await recordStarted(folderOf(), defaultServer(topology))
  }
  try {
    await startWhole(topology, { sample, unfinished, ready })
  } catch (error) {
    // A failed first start must not bind the shop to its topology, unless a simultaneous start has succeeded
    const isUsed =
      existsSync(join(folderOf(), CONTROL_FILE)) ||
      (await findEmbedded(embeddedDirectory({ dataDirectory: folderOf() }))) !== undefined
    if (!hasRun && !isUsed) await removeRecord(folderOf())
    throw error
  }
}

/** The default server as the data folder records it, without user and password; undefined when no process uses it. */
function defaultServer(topology: Topology): string | undefined {
  if (!needsDefaultServer(topology)) return undefined
  const url = process.env.DATABASE_URL
  return url ? new URL(url).host : 'embedded'
}

async function startWhole(topology: Topology, options: WholeShopOptions): Promise<void> {
  const { sample, unfinished, ready } = options
  const [only, ...others] = topology.processes
  if (others.length === 0 && only!.replicas === 1 && !only!.command)
    return startOneProcess(topology, only!, {
      replica: 0,
      whole: { prepare: sample ? seed : undefined, unfinished, ready },
    })
  const { startAllProcesses } = await import('./start/all-processes.ts')
  return startAllProcesses(topology, options)
}

/** Loads the code of relocations, which few starts need. */
async function findUnfinished(contracts: readonly Contract[]): Promise<UnfinishedRelocation | undefined> {
  const { findUnfinishedRelocation } = await import('./start/unfinished-relocation.ts')
  return findUnfinishedRelocation(contracts)
}

function seed(shop: Shop): Promise<void> {
  return seedSample(shop, process.env.PANDO_CURRENCY || 'EUR')
}

function readPort(value: string): string {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535')
  return value
}
