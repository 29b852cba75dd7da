import { fileURLToPath } from 'node:url'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import { subscribersOf } from '#runtime/process/known-contracts.ts'
import { announcePlacement, fetchStatus } from '#runtime/rpc/process-client.ts'
import type { SupervisorOptions } from '#runtime/supervisor/plans.ts'
import { INHERITED_FD } from '#runtime/supervisor/public-socket.ts'
import type { PlacementState } from '#runtime/topology/placement.ts'
import { databaseUrlOf } from '#runtime/topology/topology.ts'

const PROGRAM = fileURLToPath(new URL('../pando.mjs', import.meta.url))
const LOOK_MS = 20
const STANDBY_PATIENCE_MS = 60_000

/** What the processes of a shop on this machine are started with. */
export function launcher(shop: {
  config: Config
  secret: string
  contracts: readonly Contract[]
  /** The default database server, where there is one. */
  serverUrl: string | undefined
  /** What a replica is told of where the modules are when it starts. */
  placement: (process: string, origin: string) => PlacementState
  /** The socket of the public port, where there is one to inherit. */
  fd: () => number | undefined
  /** Whether nobody has been at work before. */
  isFirst: () => boolean
}): SupervisorOptions['launch'] {
  const { config, secret, contracts, serverUrl, placement, fd, isFirst } = shop
  // Replicas do not come up at the same time: what one took up since then is its own.
  const bornAt = new Date().toISOString()
  const subscribers = JSON.stringify(Object.fromEntries(subscribersOf(contracts)))
  return ({ process: each, index, internalPort, origin, topology }) => {
    const url = databaseUrlOf(each, serverUrl)
    const inherit = each.port === undefined ? undefined : fd()
    const environment = (): Record<string, string> => ({
      PANDO_SUPERVISED: 'yes',
      PANDO_SECRET: secret,
      PANDO_PROCESS: each.name,
      PANDO_REPLICA: String(index),
      PANDO_PORT_INTERNAL: String(internalPort),
      PANDO_LISTEN: each.listen,
      PANDO_DATA: config.dataDirectory,
      PANDO_PUBLIC_URL: config.publicUrl,
      PANDO_PLACEMENT: JSON.stringify(placement(each.name, origin)),
      PANDO_SUBSCRIBERS: subscribers,
      PANDO_LOG: config.logLevel,
      ...(url === undefined ? {} : { DATABASE_URL: url }),
      ...(inherit === undefined ? {} : { PANDO_PUBLIC_FD: String(INHERITED_FD) }),
      ...(isFirst() ? { PANDO_TAKE_OVER: bornAt } : {}),
    })
    const own = () => [
      process.execPath,
      ...process.execArgv,
      PROGRAM,
      'start',
      '--topology',
      topology().source,
      '--process',
      each.name,
      '--replica',
      String(index),
    ]
    const { command } = each
    return command
      ? { command: () => command, environment, signals: { leave: 'SIGTERM', end: 'SIGTERM' } }
      : { command: own, environment, inherit, signals: { leave: 'SIGTERM', end: 'SIGINT' } }
  }
}

/** How a supervisor talks to its processes. */
export function processCalls(
  secret: string,
): Pick<SupervisorOptions, 'announce' | 'fetchStatus' | 'inStandby'> {
  return {
    announce: (origin, placement) => announcePlacement(origin, secret, placement),
    fetchStatus: (origin) => fetchStatus(origin, secret),
    async inStandby(origin, modules) {
      const end = Date.now() + STANDBY_PATIENCE_MS
      for (;;) {
        const {
          process: name,
          standby = [],
          failed = {},
          modules: active,
        } = await fetchStatus(origin, secret)
        const wrong = modules.find((module) => failed[module] !== undefined)
        if (wrong !== undefined)
          throw new Error(`Cannot get "${wrong}" ready in the process "${name}": ${failed[wrong]}`)
        if (modules.every((module) => standby.includes(module) || Object.hasOwn(active, module))) return
        if (Date.now() > end)
          throw new Error(
            `Cannot get ${modules.join(', ')} ready in the process "${name}": nothing came of it in ${STANDBY_PATIENCE_MS / 1000} s. Its log tells more`,
          )
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      }
    },
  }
}
