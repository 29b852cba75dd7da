import { isFree } from '#runtime/base/ports.ts'
import { RelocationRefused, type TopologyChange } from '#runtime/topology/check-relocation.ts'
import { candidatePorts, PORTS_PER_PROCESS } from '#runtime/topology/free-port.ts'
import type { Topology } from '#runtime/topology/topology.ts'

/**
 * The internal port of one more process: with room for ten replicas in the topology, and on this machine, where another
 * shop may have what this topology leaves free.
 */
export async function choosePort(topology: Topology): Promise<number> {
  for (const port of candidatePorts(topology)) {
    const room = Array.from({ length: PORTS_PER_PROCESS }, (_, index) => port + index)
    if ((await Promise.all(room.map(isFree))).every(Boolean)) return port
  }
  throw new Error(
    `Cannot find a port for another process: no ${PORTS_PER_PROCESS} in a row are free on this machine. Give one with --port`,
  )
}

/** Throws RelocationRefused when somebody listens on the port that a new process shall have. */
export async function requireFreePort(port: number, change: TopologyChange): Promise<void> {
  if (await isFree(port)) return
  throw new RelocationRefused(change, [
    `another program of this machine listens on port ${port}: give another with --port, or none and a free one is taken`,
  ])
}
