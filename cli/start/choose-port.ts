import { isFree } from '#runtime/base/ports.ts'
import { candidatePorts, PORTS_PER_PROCESS } from '#runtime/topology/candidate-ports.ts'
import { RelocationRefused, type RequestedRelocation } from '#runtime/topology/check-relocation.ts'
import type { Topology } from '#runtime/topology/topology.ts'

/**
 * Chooses the internal port of a new process. It and the next nine, for more replicas, are free in the topology and on
 * this machine, where another shop may use ports. Throws when there are none.
 */
export async function choosePort(topology: Topology): Promise<number> {
  for (const port of candidatePorts(topology)) {
    const range = Array.from({ length: PORTS_PER_PROCESS }, (_, index) => port + index)
    if ((await Promise.all(range.map(isFree))).every(Boolean)) return port
  }
  throw new Error(
    `Cannot find a port for another process: no ${PORTS_PER_PROCESS} consecutive ports are free on this machine. Give one with --port`,
  )
}

/** Throws RelocationRefused when another program listens on the port that was given for a new process. */
export async function requireFreePort(port: number, request: RequestedRelocation): Promise<void> {
  if (await isFree(port)) return
  throw new RelocationRefused(request, [
    `another program on this machine listens on port ${port}: give another port with --port, or leave --port out to use a free one`,
  ])
}
