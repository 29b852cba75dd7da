import { fileURLToPath } from 'node:url'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import { subscribersOf } from '#runtime/process/known-contracts.ts'
import { announcePlacement, fetchStatus } from '#runtime/rpc/process-client.ts'
import type { SupervisorOptions } from '#runtime/supervisor/plans.ts'
import { StandbyFailed } from '#runtime/supervisor/prepare-replica.ts'
import { INHERITED_FD } from '#runtime/supervisor/public-socket.ts'
import type { PlacementState } from '#runtime/topology/placement.ts'
import { databaseUrlOf } from '#runtime/topology/topology.ts'

const PROGRAM = fileURLToPath(new URL('../pando.mjs', import.meta.url))
const POLL_MS = 20
const STANDBY_TIMEOUT_MS = 60_000

/** Makes the function that gives a supervisor the command and the environment of each replica to start. */
export function launcher(shop: {
  config: Config
  secret: string
  contracts: readonly Contract[]
  /** The URL of the default database server; undefined when the shop has none. */
  serverUrl: string | undefined
  /** The placement that a replica starts with. */
  placement: (process: string, origin: string) => PlacementState
  /** The file descriptor of the public socket, if replicas are to inherit one. */
  fd: () => number | undefined
  /** Whether a replica that starts now takes over all workflows whose leases are older than this start of the shop. */
  takesOverWorkflows: () => boolean
}): SupervisorOptions['launch'] {
  const { config, secret, contracts, serverUrl, placement, fd, takesOverWorkflows } = shop
  // Leases that begin after this moment belong to replicas of this start that became ready earlier than others
  const startedAt = new Date().toISOString()
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
      ...(takesOverWorkflows() ? { PANDO_TAKE_OVER: startedAt } : {}),
    })
    const startCommand = () => [
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
    // Pando's own processes linger after SIGTERM, so that their callers can switch, and not after SIGINT
    return command
      ? { command: () => command, environment, signals: { leave: 'SIGTERM', end: 'SIGTERM' } }
      : { command: startCommand, environment, inherit, signals: { leave: 'SIGTERM', end: 'SIGINT' } }
  }
}

/**
 * The calls that a supervisor makes to its processes. `waitForStandby` throws StandbyFailed after 60 s, and when the
 * process reports that it cannot prepare a module.
 */
export function processCalls(
  secret: string,
): Pick<SupervisorOptions, 'announce' | 'fetchStatus' | 'waitForStandby'> {
  return {
    announce: (origin, placement) => announcePlacement(origin, secret, placement),
    fetchStatus: (origin) => fetchStatus(origin, secret),
    async waitForStandby(origin, modules) {
      const deadline = Date.now() + STANDBY_TIMEOUT_MS
      for (;;) {
        const {
          process: name,
          standby = [],
          failed = {},
          modules: served,
        } = await fetchStatus(origin, secret)
        const failedModule = modules.find((module) => failed[module] !== undefined)
        if (failedModule !== undefined)
          throw new StandbyFailed(
            `Cannot get "${failedModule}" ready in the process "${name}": ${failed[failedModule]}`,
          )
        if (modules.every((module) => standby.includes(module) || Object.hasOwn(served, module))) return
        if (Date.now() > deadline)
          throw new StandbyFailed(
            `Cannot get ${modules.join(', ')} ready in the process "${name}": it took longer than ${STANDBY_TIMEOUT_MS / 1000} s. See the log of that process`,
          )
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    },
  }
}
