import { MAX_PORT } from './max-port.ts'
import type { Topology } from './topology.ts'

/** A process gets room for this many replicas. */
export const ROOM = 10
const BELOW_ALL = 4100
const FIRST_UNPRIVILEGED = 1030

/**
 * Internal ports for one more process, best first: multiples of ten above all internal ports, each with room for ten
 * replicas in the topology. What other programs of this machine have is not known here.
 */
export function* portsWithRoom({ processes }: Topology): Generator<number> {
  const used = new Set<number>()
  let highest = 0
  for (const { port, internalPort, replicas } of processes) {
    if (port !== undefined) used.add(port)
    if (internalPort === 0) continue
    for (let index = 0; index < replicas; index++) used.add(internalPort + index)
    highest = Math.max(highest, internalPort + replicas - 1)
  }
  const above = nextTen(highest || BELOW_ALL)
  yield* withRoom(above, MAX_PORT, used)
  yield* withRoom(FIRST_UNPRIVILEGED, above - 1, used)
}

/** The first of `portsWithRoom`. */
export function freePort(topology: Topology): number {
  for (const port of portsWithRoom(topology)) return port
  throw new Error('Cannot find a port for another process: all are taken')
}

function* withRoom(from: number, to: number, used: ReadonlySet<number>): Generator<number> {
  for (let port = from; port + ROOM - 1 <= to; port += ROOM) {
    const room = Array.from({ length: ROOM }, (_, index) => port + index)
    if (!room.some((each) => used.has(each))) yield port
  }
}

function nextTen(port: number): number {
  return (Math.floor(port / ROOM) + 1) * ROOM
}
