import { MAX_PORT } from './schema.ts'
import type { Topology } from './topology.ts'

/** A process gets room for this many replicas. */
const ROOM = 10
const BELOW_ALL = 4100
const FIRST_UNPRIVILEGED = 1030

/**
 * An internal port for one more process: the next multiple of ten above all internal ports that has room for ten
 * replicas.
 */
export function freePort({ processes }: Topology): number {
  const used = new Set<number>()
  let highest = 0
  for (const { port, internalPort, replicas } of processes) {
    if (port !== undefined) used.add(port)
    if (internalPort === 0) continue
    for (let index = 0; index < replicas; index++) used.add(internalPort + index)
    highest = Math.max(highest, internalPort + replicas - 1)
  }
  const above = nextTen(highest || BELOW_ALL)
  const found = firstFree(above, used) ?? firstFree(FIRST_UNPRIVILEGED, used)
  if (found === undefined) throw new Error('Cannot find a port for another process: all are taken')
  return found
}

function firstFree(from: number, used: ReadonlySet<number>): number | undefined {
  for (let port = from; port + ROOM - 1 <= MAX_PORT; port += ROOM) {
    const room = Array.from({ length: ROOM }, (_, index) => port + index)
    if (!room.some((each) => used.has(each))) return port
  }
  return undefined
}

function nextTen(port: number): number {
  return (Math.floor(port / ROOM) + 1) * ROOM
}
