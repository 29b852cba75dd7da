import { isFree, listenError } from '#runtime/base/ports.ts'
import { isAlive } from '#runtime/database/embedded/processes.ts'
import type { Config } from '#runtime/process/config.ts'
import { findShop } from '#runtime/supervisor/find-shop.ts'
import { internalPortsOf, publicProcess, showSource, type Topology } from '#runtime/topology/topology.ts'
import { UserError } from '../support/report-error.ts'
import { toStartError } from './start-error.ts'

/**
 * Throws when another program uses a port of the shop. Call it before anything is made: otherwise a first start leaves a
 * database behind, and each process fails only after it has started. A second start with the data folder of a running shop
 * is left to the database, which refuses it with a better message.
 */
export async function requireFreePorts(topology: Topology, config: Config): Promise<void> {
  const { shop } = await findShop(config.dataDirectory).catch(() => ({ shop: undefined }))
  if (shop && isAlive(shop.pid)) return
  const withPublicPort = publicProcess(topology)
  if (withPublicPort) {
    const error = await listenError(config.port, config.host)
    if (error) throw toStartError(error, { ...withPublicPort, port: config.port }, { host: config.host })
  }
  const taken = await takenInternalPorts(topology)
  if (taken.length === 0) return
  const list = taken.map(({ process, port }) => `\n  - ${port}, an internal port of "${process}"`).join('')
  const [isTaken, program, ports] =
    taken.length === 1
      ? ['a port is used by another program', 'that program', 'the port']
      : ['some ports are used by other programs', 'those programs', 'the ports']
  throw new UserError(
    `Cannot start in the topology "${topology.name}": ${isTaken}${list}\nStop ${program}, or change ${ports} in ${showSource(topology.source)}. For a second shop on this machine, copy that file, give its processes other ports, and start it with --topology`,
  )
}

async function takenInternalPorts(topology: Topology): Promise<{ process: string; port: number }[]> {
  const ports = internalPortsOf(topology)
  const free = await Promise.all(ports.map(({ port }) => isFree(port)))
  return ports.filter((_, index) => !free[index])
}
