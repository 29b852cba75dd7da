import { MAX_PORT } from './limits.ts'
import type { Topology } from './topology.ts'

/** How many ports are reserved for the replicas of a new process. */
export const PORTS_PER_PROCESS = 10
/** The internal port that candidates follow when no process has one. */
const DEFAULT_INTERNAL_PORT = 4100
/** The first multiple of ten above the privileged ports, which end at 1023. */
const LOWEST_CANDIDATE = 1030

/**
 * Internal ports for one more process, best first: multiples of ten above all internal ports, then those below. Each is
 * followed by nine ports that the topology does not use. Ports of other programs of this machine are not checked.
 */
export function* candidatePorts({ processes }: Pick<Topology, 'processes'>): Generator<number> {
  const used = new Set<number>()
  let highest = 0
  for (const { port, internalPort, replicas } of processes) {
    if (port !== undefined) used.add(port)
    if (internalPort === 0) continue
    for (let index = 0; index < replicas; index++) used.add(internalPort + index)
    highest = Math.max(highest, internalPort + replicas - 1)
  }
  const above = nextTen(highest || DEFAULT_INTERNAL_PORT)
  yield* unusedBetween(above, MAX_PORT, used)
  yield* unusedBetween(LOWEST_CANDIDATE, above - 1, used)
}

/** The best internal port for a new process. Throws when the topology leaves none. */
export function nextInternalPort(topology: Topology): number {
  for (const port of candidatePorts(topology)) return port
  throw new Error('Cannot find a port for another process: the processes of the topology use all ports')
}

function* unusedBetween(first: number, last: number, used: ReadonlySet<number>): Generator<number> {
  for (let port = first; port + PORTS_PER_PROCESS - 1 <= last; port += PORTS_PER_PROCESS) {
    const range = Array.from({ length: PORTS_PER_PROCESS }, (_, index) => port + index)
    if (!range.some((each) => used.has(each))) yield port
  }
}

/** The first multiple of ten above a port. */
function nextTen(port: number): number {
  return (Math.floor(port / PORTS_PER_PROCESS) + 1) * PORTS_PER_PROCESS
}
