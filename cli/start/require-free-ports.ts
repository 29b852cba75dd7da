import { createServer } from 'node:net'
import { isFree } from '#runtime/base/ports.ts'
import { isAlive } from '#runtime/database/embedded/processes.ts'
import type { Config } from '#runtime/process/config.ts'
import { findShop } from '#runtime/supervisor/find-shop.ts'
import { portsOf, publicProcess, showSource, type Topology } from '#runtime/topology/topology.ts'
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
  const owner = publicProcess(topology)
  if (owner) {
    const error = await listenError(config.port, config.host)
    if (error) throw toStartError(error, { ...owner, port: config.port }, { host: config.host })
  }
  const taken = await takenInternalPorts(topology)
  if (taken.length === 0) return
  const list = taken.map(({ process, port }) => `\n  - ${port}, an internal port of "${process}"`).join('')
  const [theirs, ports] = taken.length === 1 ? ['it', 'port is'] : ['them', 'ports are']
  throw new UserError(
    `Cannot start in the topology "${topology.name}": ${taken.length === 1 ? 'a' : 'some'} ${ports} used by another program${list}\nStop that program, or change ${theirs} in ${showSource(topology.source)}. For a second shop on this machine, copy that file, give its processes other ports, and start it with --topology`,
  )
}

/** Why nothing can listen there; undefined when it is possible. */
function listenError(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

async function takenInternalPorts({ processes }: Topology): Promise<{ process: string; port: number }[]> {
  const [first, ...others] = processes
  // A shop of one process has none until modules are split off
  if (others.length === 0 && first!.replicas === 1) return []
  const ports = processes.flatMap((each) =>
    Array.from({ length: each.replicas }, (_, index) => ({
      process: each.name,
      port: portsOf(each, index).internalPort,
    })),
  )
  const free = await Promise.all(ports.map(({ port }) => port === 0 || isFree(port)))
  return ports.filter((_, index) => !free[index])
}
