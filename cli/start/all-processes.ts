import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createLog } from '#runtime/base/log.ts'
import { ensureDatabase } from '#runtime/database/ensure-database.ts'
import { misspeltSettings } from '#runtime/process/config.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openControl } from '#runtime/supervisor/control.ts'
import { waitForPredecessors } from '#runtime/supervisor/predecessors.ts'
import { bindPublicSocket, type PublicSocket } from '#runtime/supervisor/public-socket.ts'
import { Supervisor } from '#runtime/supervisor/supervisor.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import {
  databaseUrlOf,
  internalPortsOf,
  keepsTables,
  publicProcess,
  type Topology,
} from '#runtime/topology/topology.ts'
import { countOf } from '#shared/text.ts'
import { configOf } from '../support/config-of.ts'
import { ARTEFACTS_FOLDER } from '../support/data-folder.ts'
import { openServer } from '../support/database.ts'
import { reportDatabaseStop } from './database-stopped.ts'
import { launcher, processCalls } from './launcher.ts'
import { supervisorOperations } from './operations.ts'
import { printReady } from './print-ready.ts'
import { recordStart } from './record-start.ts'
import { RelocationOperations } from './relocations.ts'
import { replicaLine } from './replica-line.ts'
import { requireFreePorts } from './require-free-ports.ts'
import { requireEmbeddedServer, requireShopData } from './require-shop-data.ts'
import { warnOfSales } from './sales-warnings.ts'
import { type RemoteShopOptions, seedProcesses, withRemoteShop } from './seed-processes.ts'
import { onceStopped, stopAndExit } from './signals.ts'
import { toStartError } from './start-error.ts'
import { startSecret } from './start-secret.ts'
import { describeUnfinished, type UnfinishedRelocation } from './unfinished-relocation.ts'

export interface WholeShopOptions {
  /** Fill an empty catalogue with the sample catalogue. */
  sample: boolean
  /** The move that the last stop of the shop interrupted; undefined when there is none. */
  unfinished: UnfinishedRelocation | undefined
  /** Called once the shop is ready. */
  ready: () => Promise<void>
}

/** Starts all processes of a topology on this machine under a supervisor, and runs until it is stopped. */
export async function startAllProcesses(
  topology: Topology,
  { sample, unfinished, ready }: WholeShopOptions,
): Promise<void> {
  const began = performance.now()
  const modules = await loadHosted(
    topology.processes.filter((each) => !each.command).flatMap((each) => each.modules),
  )
  const config = configOf(topology, modules, process.env)
  const log = createLog({ level: config.logLevel, pretty: process.stderr.isTTY, process: 'pando' })
  for (const misspelt of misspeltSettings(process.env, modules)) log.warn({}, misspelt)
  await waitForPredecessors({ dataDirectory: config.dataDirectory, ports: fixedPorts(topology), log })
  await requireFreePorts(topology, config)
  const secret = await startSecret(config, topology, { log })
  let isStopping = false
  const stopping = onceStopped().then((signal) => {
    isStopping = true
    return signal
  })

  const contracts = await loadContracts()

  const home = await recordStart({ config, topology, unfinished, log })
  // The record of an unfinished move was read from the databases of the shop, so they need no check
  const checksData = unfinished === undefined
  if (checksData) await requireEmbeddedServer(config, topology)
  const database = await openServer(config, { home, topology, isMoving: unfinished !== undefined, log })
  const { serverUrl, homeUrl } = database
  let hasStarted = false
  let publicSocket: PublicSocket | undefined
  const supervisor: Supervisor = new Supervisor({
    topology,
    log,
    print: (replica, line) => process.stderr.write(`${replicaLine(replica, line, process.stderr.isTTY)}\n`),
    launch: launcher({
      config,
      secret,
      contracts,
      serverUrl,
      placement: (...replica) => supervisor.placementFor(...replica),
      fd: () => publicSocket?.fd,
      // Until the first start is complete, all leases belong to processes of an earlier run
      takesOverWorkflows: () => !hasStarted,
    }),
    ...processCalls(secret),
  })
  const relocations = new RelocationOperations({
    topology: () => supervisor.topology,
    supervisor: async () => supervisor,
    config,
    secret,
    contracts,
    log,
    serverUrl,
    homeUrl,
  })
  let control: Awaited<ReturnType<typeof openControl>> | undefined
  const stop = async () => {
    await control?.close()
    await relocations.close()
    await supervisor.stop()
    publicSocket?.close()
    await database.close()
  }
  try {
    const port = publicProcess(topology)?.port
    if (port !== undefined) publicSocket = await bindPublicSocket(port, config.host)
    // A start runs the code of the source tree, so artefacts of earlier deployments are no longer used
    await rm(join(config.dataDirectory, ARTEFACTS_FOLDER), { recursive: true, force: true })
    if (checksData) await requireShopData(config, topology, serverUrl)
    for (const url of databasesByName(topology, serverUrl)) await ensureDatabase(url)
    control = await openControl(config.dataDirectory, secret, {
      ...supervisorOperations(supervisor, secret),
      relocate: relocations.relocate,
      relocations: relocations.relocations,
      resumeRelocation: relocations.resumeRelocation,
      rollbackRelocation: relocations.rollbackRelocation,
    })
    const seed = () => seedProcesses(remoteShop())
    await Promise.race([supervisor.start(sample ? seed : undefined), stopping])
    hasStarted = true
    if (!isStopping) {
      await ready()
      const count = topology.processes.reduce((sum, each) => sum + each.replicas, 0)
      const warnings = await withRemoteShop(remoteShop(), (shop) => warnOfSales(shop, log))
      const processes = `${countOf(count, 'process', 'processes')} (${topology.name}): "npx pando status" shows ${count === 1 ? 'it' : 'them'}`
      await printReady(config, began, { processes, warnings })
      if (unfinished) console.log(describeUnfinished(unfinished))
    }
  } catch (error) {
    await stop()
    throw toStartError(error, publicProcess(topology), {
      databaseUrl: config.databaseUrl,
      host: config.host,
    })
  }

  const reason = await Promise.race([stopping, reportDatabaseStop(database)])
  await stopAndExit(stop, { log, reason })

  function remoteShop(): RemoteShopOptions {
    return { contracts, placement: new KnownPlacement(supervisor.placement), secret, config, log }
  }
}

/** The addresses of the databases that the topology names on the default server. */
function databasesByName({ processes }: Topology, serverUrl: string | undefined): Set<string> {
  return new Set(
    processes
      .filter((each) => each.database.kind === 'name' && keepsTables(each))
      .map((each) => databaseUrlOf(each, serverUrl)!),
  )
}

/** The ports that the topology sets. The others, with port 0, are chosen at the start. */
function fixedPorts(topology: Topology): number[] {
  const internal = internalPortsOf(topology).map(({ port }) => port)
  const port = publicProcess(topology)?.port
  return port ? [port, ...internal] : internal
}
