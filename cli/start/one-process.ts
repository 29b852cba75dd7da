import { hostname } from 'node:os'
import { createLog, type Log } from '#runtime/base/log.ts'
import { type Config, misspeltSettings } from '#runtime/process/config.ts'
import { isBundled, loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { KnownPlacement, type PlacementState, placementOf } from '#runtime/topology/placement.ts'
import {
  databaseUrlOf,
  keepsTables,
  originOf,
  type Process,
  portsOf,
  type Topology,
} from '#runtime/topology/topology.ts'
import { configOf } from '../support/config-of.ts'
import { namedDatabase, type OpenDatabase, openDatabase, openServer } from '../support/database.ts'
import { natsChoiceOf } from '../support/nats-choice.ts'
import { UserError } from '../support/report-error.ts'
import type { WholeShopOptions } from './all-processes.ts'
import { reportDatabaseStop } from './database-stopped.ts'
import { printProcessReady, printReady } from './print-ready.ts'
import { recordStart } from './record-start.ts'
import { requireFreePorts } from './require-free-ports.ts'
import { requireEmbeddedServer, requireShopData } from './require-shop-data.ts'
import { warnOfSales } from './sales-warnings.ts'
import { onceAbandoned, onceStopped, stopAndExit } from './signals.ts'
import { SingleProcessControl } from './single-process-control.ts'
import { toStartError } from './start-error.ts'
import { startSecret } from './start-secret.ts'
import type { UnfinishedRelocation } from './unfinished-relocation.ts'

/** How long a leaving process keeps its open connections. */
const LINGER_MS = 5000
/** After this time a leaving process exits, even if requests are still running. */
const LEAVE_TIMEOUT_MS = 40_000
/** After the supervisor was killed, its next start needs the ports soon (`waitForPredecessors`). */
const ABANDONED_TIMEOUT_MS = 5000

interface Options {
  replica: number
  /** Set when the process is the whole shop: then it also starts the embedded database and accepts commands. */
  whole?: Pick<WholeShopOptions, 'unfinished' | 'ready'> & {
    prepare: ((shop: Shop) => Promise<void>) | undefined
  }
}

/** Starts one process of a topology in this process, and runs until it is stopped. */
export async function startOneProcess(topology: Topology, own: Process, options: Options): Promise<void> {
  const began = performance.now()
  const { whole, replica } = options
  if (own.command) {
    throw new UserError(
      `Cannot start the process "${own.name}" here: it is a service in another language, started with "${own.command.join(' ')}"`,
    )
  }
  const supervised = process.env.PANDO_SUPERVISED === 'yes'
  if (!supervised && replica >= own.replicas)
    throw new UserError(
      `Cannot start replica ${replica} of "${own.name}": it has ${own.replicas} in the topology "${topology.name}", counted from 0, and other processes do not call more. Raise "replicas" there, or leave --replica out: replicas on several machines are distinguished by the names of the machines`,
    )
  const [modules, contracts] = await Promise.all([loadHosted(own.modules), loadContracts()])
  const config = configOf(topology, modules, process.env)
  const name = whole ? undefined : `${own.name}.${replica}`
  const log = createLog({
    level: config.logLevel,
    // The formatter of the log runs in a worker thread, whose code an artefact does not have
    pretty: process.stderr.isTTY && !isBundled(),
    ...(name ? { process: name } : {}),
  })
  if (!supervised) for (const misspelt of misspeltSettings(process.env, modules)) log.warn({}, misspelt)
  if (whole) await requireFreePorts(topology, config)
  const secret = await startSecret(config, topology, {
    log,
    isOneOfSeveral: !whole && topology.processes.length > 1,
    isSupervised: supervised,
  })
  const stopping = onceStopped()

  const home = whole && (await recordStart({ config, topology, unfinished: whole.unfinished, log }))
  const rethrow = (error: unknown) => {
    throw toStartError(error, own)
  }
  const isMoving = whole?.unfinished !== undefined
  // The record of an unfinished move was read from the databases of the shop, so they need no check
  const checksData = whole !== undefined && !isMoving
  if (checksData) await requireEmbeddedServer(config, topology)
  const server = home && (await openServer(config, { home, topology, isMoving, log }).catch(rethrow))
  // For a process that is started alone, DATABASE_URL is the address of its own database
  const database = server ?? (await openOwnDatabase(own, config, log).catch(rethrow))
  const databaseUrl = 'url' in database ? database.url : databaseUrlOf(own, database.serverUrl)!
  const ports = portsOf(own, replica)
  const internalPort = Number(process.env.PANDO_PORT_INTERNAL ?? ports.internalPort)
  let shop: Shop
  try {
    if (checksData) await requireShopData(config, topology, server?.serverUrl)
    shop = await openShop({
      modules,
      contracts,
      nats: natsChoiceOf(topology, config),
      databaseUrl,
      databaseConnections: config.databaseConnections,
      secret,
      publicUrl: config.publicUrl,
      dataDirectory: config.dataDirectory,
      log,
      // Printed at every log level, because a supervisor waits as long as these lines come
      migrating: (line) => console.log(line),
      environment: process.env,
      background: true,
      // On several machines a process may start while its predecessor on another host still runs: their names must differ
      processName: supervised || whole ? `${own.name}.${replica}` : `${name}@${hostname()}`,
      // When a whole shop starts, no other process of it runs. Its processes may have had other names before
      takeOver: whole ? { leasedBefore: new Date() } : leasesToTakeOver(),
      ...(whole
        ? {}
        : {
            network: {
              placement: new KnownPlacement(placementFromSupervisor() ?? placementOf(topology)),
              serve: {
                process: own.name,
                replica,
                port: internalPort,
                host: own.listen,
                origin: internalPort === 0 ? undefined : originOf(own, internalPort),
              },
            },
          }),
      ...(ports.port === undefined
        ? {}
        : {
            http: {
              port: ports.port,
              host: config.host,
              rateLimits: config.rateLimits,
              trustProxy: config.trustProxy,
              shared: supervised || own.replicas > 1,
              fd: process.env.PANDO_PUBLIC_FD ? Number(process.env.PANDO_PUBLIC_FD) : undefined,
            },
          }),
      ...(whole?.prepare ? { prepare: whole.prepare } : {}),
    })
  } catch (error) {
    await database.close()
    throw toStartError(error, own, {
      databaseUrl: own.database.kind === 'url' ? databaseUrl : config.databaseUrl,
      host: config.host,
    })
  }
  let control: SingleProcessControl | undefined
  const stop = async (leaving?: { lingerMs: number }) => {
    await control?.close()
    await shop.stop(leaving)
    await control?.stopOthers()
    await database.close()
  }
  try {
    if (server)
      control = await SingleProcessControl.open({
        topology,
        own,
        shop,
        config,
        secret,
        contracts,
        log,
        ...server,
      })
    await whole?.ready()
    if (whole) await printReady(config, began, { warnings: await warnOfSales(shop, log) })
    else if (!supervised) printProcessReady(config, began, { name: name!, own, internalPort })
    if (whole?.unfinished) await printUnfinished(whole.unfinished)
  } catch (error) {
    await stop()
    throw error
  }

  const reason = await Promise.race([
    stopping,
    reportDatabaseStop(database),
    ...(supervised ? [onceAbandoned()] : []),
  ])
  // A process of several is replaced by another one. It lingers so that its callers have time to switch
  const leaving = reason === 'SIGTERM' && !whole ? { lingerMs: LINGER_MS } : undefined
  const timeoutMs = leaving ? LEAVE_TIMEOUT_MS : reason === 'abandoned' ? ABANDONED_TIMEOUT_MS : undefined
  await stopAndExit(() => stop(leaving), { log, reason, timeoutMs })
}

/** The database of a process that is started alone; without an address when the process keeps no tables. */
async function openOwnDatabase(own: Process, config: Config, log: Log): Promise<OpenDatabase> {
  if (own.database.kind === 'name' && (keepsTables(own) || config.databaseUrl))
    return openDatabase(config, { start: false, log })
  return namedDatabase(databaseUrlOf(own, undefined) ?? '')
}

async function printUnfinished(unfinished: UnfinishedRelocation): Promise<void> {
  const { describeUnfinished } = await import('./unfinished-relocation.ts')
  console.log(describeUnfinished(unfinished))
}

/** Leases to take over, as the supervisor sets them while it starts the shop: no process of an earlier start runs then. */
function leasesToTakeOver(): { leasedBefore: Date } | undefined {
  const since = process.env.PANDO_TAKE_OVER
  return since ? { leasedBefore: new Date(since) } : undefined
}

function placementFromSupervisor(): PlacementState | undefined {
  const placement = process.env.PANDO_PLACEMENT
  return placement ? (JSON.parse(placement) as PlacementState) : undefined
}
