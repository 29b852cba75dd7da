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
import type { WholeOptions } from './all-processes.ts'
import { onceDatabaseStopped } from './database-stopped.ts'
import { printProcessReady, printReady } from './print-ready.ts'
import { recordStart } from './record-start.ts'
import { requireEmbeddedServer, requireShopData } from './require-shop-data.ts'
import { onceAbandoned, onceStopped, stopAndExit } from './signals.ts'
import { SingleProcessShop } from './single-process-shop.ts'
import { toStartError } from './start-error.ts'
import { startSecret } from './start-secret.ts'
import type { UnfinishedRelocation } from './unfinished-relocation.ts'

/** How long a process that leaves keeps the connections that it has. */
const LINGER_MS = 5000
const LEAVE_TIMEOUT_MS = 40_000
/** The supervisor was killed: its next start needs the ports soon (`outlastPredecessors`). */
const ABANDONED_TIMEOUT_MS = 5000

interface Options {
  replica: number
  /** The process is all of the shop, so it brings its database and takes commands. */
  whole?: Pick<WholeOptions, 'unfinished' | 'ready'> & {
    prepare: ((shop: Shop) => Promise<void>) | undefined
  }
}

/** Starts one process of a topology in this process, and runs until it is stopped. */
export async function startOneProcess(topology: Topology, own: Process, options: Options): Promise<void> {
  const began = performance.now()
  const { whole, replica } = options
  if (own.command) {
    throw new UserError(
      `Cannot start the process "${own.name}" here: it is a service of its own, started by "${own.command.join(' ')}"`,
    )
  }
  const supervised = process.env.PANDO_SUPERVISED === 'yes'
  if (!supervised && replica >= own.replicas)
    throw new UserError(
      `Cannot start replica ${replica} of "${own.name}": by the topology "${topology.name}" it has ${own.replicas}, counted from 0, and the others know of no more. Set "replicas" there, or leave --replica out: replicas on several machines are told apart by the names of these`,
    )
  const [modules, contracts] = await Promise.all([loadHosted(own.modules), loadContracts()])
  const config = configOf(topology, modules, process.env)
  const name = whole ? undefined : `${own.name}.${replica}`
  const log = createLog({
    level: config.logLevel,
    // What makes it pretty runs in a thread of its own, which an artefact does not bring.
    pretty: process.stderr.isTTY && !isBundled(),
    ...(name ? { process: name } : {}),
  })
  if (!supervised) for (const misspelt of misspeltSettings(process.env, modules)) log.warn({}, misspelt)
  const secret = await startSecret(config, topology, { log, others: !whole && topology.processes.length > 1 })
  const stopping = onceStopped()

  const home = whole && (await recordStart({ config, topology, unfinished: whole.unfinished, log }))
  const refuse = (error: unknown) => {
    throw toStartError(error, own)
  }
  const isMoving = whole?.unfinished !== undefined
  const mayBeginAnew = !whole || isMoving
  if (!mayBeginAnew) await requireEmbeddedServer(config, topology)
  const server = home && (await openServer(config, { home, topology, isMoving, log }).catch(refuse))
  // A process that is started alone gets its database's address; the variable stands for exactly that one.
  const database = server ?? (await openOwnDatabase(own, config, log).catch(refuse))
  const databaseUrl = 'url' in database ? database.url : databaseUrlOf(own, database.serverUrl)!
  const ports = portsOf(own, replica)
  const internalPort = Number(process.env.PANDO_PORT_INTERNAL ?? ports.internalPort)
  let shop: Shop
  try {
    if (!mayBeginAnew) await requireShopData(config, topology, server?.serverUrl)
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
      // Whatever the log's level is: a supervisor listens for it.
      migrating: (line) => console.log(line),
      environment: process.env,
      background: true,
      // On several machines the same name may start while its predecessor still works: that is another one, then.
      processName: supervised || whole ? `${own.name}.${replica}` : `${name}@${hostname()}`,
      // Nobody else is at work when a whole shop starts, whatever its processes were called before.
      takeOver: whole ? { leasedBefore: new Date() } : takenOver(),
      ...(whole
        ? {}
        : {
            network: {
              placement: new KnownPlacement(givenPlacement() ?? placementOf(topology)),
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
  const owner =
    server &&
    (await SingleProcessShop.open({ topology, own, shop, config, secret, contracts, log, ...server }))
  await whole?.ready()
  if (whole) await printReady(config, began)
  else if (!supervised) printProcessReady(config, began, { name: name!, own, internalPort })
  if (whole?.unfinished) await printUnfinished(whole.unfinished)

  const reason = await Promise.race([
    stopping,
    onceDatabaseStopped(database),
    ...(supervised ? [onceAbandoned()] : []),
  ])
  // Others take the place of one of several processes, so that its callers have time to turn to them.
  const leaving = reason === 'SIGTERM' && !whole ? { lingerMs: LINGER_MS } : undefined
  const patienceMs = leaving ? LEAVE_TIMEOUT_MS : reason === 'abandoned' ? ABANDONED_TIMEOUT_MS : undefined
  await stopAndExit(async () => {
    await owner?.close()
    await shop.stop(leaving)
    await owner?.stopOthers()
    await database.close()
  }, patienceMs)
}

/** Of a process that is started alone. One that keeps no tables needs none. */
async function openOwnDatabase(own: Process, config: Config, log: Log): Promise<OpenDatabase> {
  if (own.database.kind === 'name' && (keepsTables(own) || config.databaseUrl))
    return openDatabase(config, { start: false, log })
  return namedDatabase(databaseUrlOf(own, undefined) ?? '')
}

async function printUnfinished(unfinished: UnfinishedRelocation): Promise<void> {
  const { describeUnfinished } = await import('./unfinished-relocation.ts')
  console.log(describeUnfinished(unfinished))
}

/** What the supervisor says at the first start of a shop: nobody of before is at work. */
function takenOver(): { leasedBefore: Date } | undefined {
  const since = process.env.PANDO_TAKE_OVER
  return since ? { leasedBefore: new Date(since) } : undefined
}

function givenPlacement(): PlacementState | undefined {
  const given = process.env.PANDO_PLACEMENT
  return given ? (JSON.parse(given) as PlacementState) : undefined
}
