import { MAX_PORT } from './limits.ts'
import type { Topology } from './topology.ts'

/** How many ports are reserved for the replicas of a new process. */
export const PORTS_PER_PROCESS = 10
const DEFAULT_HIGHEST = 4100
const FIRST_UNPRIVILEGED = 1030

/**
 * Internal ports for one more process, best first: multiples of ten above all internal ports, then those below. Each is
 * followed by nine ports that the topology does not use. Ports of other programs of this machine are not checked.
 */
export function* candidatePorts({ processes }: Topology): Generator<number> {
  const used = new Set<number>()
  let highest = 0
  for (const { port, internalPort, replicas } of processes) {
    if (port !== undefined) used.add(port)
    if (internalPort === 0) continue
    for (let index = 0; index < replicas; index++) used.add(internalPort + index)
    highest = Math.max(highest, internalPort + replicas - 1)
  }
  const above = nextTen(highest || DEFAULT_HIGHEST)
  yield* unusedBetween(above, MAX_PORT, used)
  yield* unusedBetween(FIRST_UNPRIVILEGED, above - 1, used)
}

/** The best internal port for a new process. Throws when the topology leaves none. */
export function freePort(topology: Topology): number {
  for (const port of candidatePorts(topology)) return port
  throw new Error('Cannot find a port for another process: the processes of the topology use all of them')
}

function* unusedBetween(from: number, to: number, used: ReadonlySet<number>): Generator<number> {
  for (let port = from; port + PORTS_PER_PROCESS - 1 <= to; port += PORTS_PER_PROCESS) {
    const room = Array.from({ length: PORTS_PER_PROCESS }, (_, index) => port + index)
    if (!room.some((each) => used.has(each))) yield port
  }
}

function nextTen(port: number): number {
  return (Math.floor(port / PORTS_PER_PROCESS) + 1) * PORTS_PER_PROCESS
}
