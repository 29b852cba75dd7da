import type { PlacementState } from '../topology/placement.ts'
import type { Topology } from '../topology/topology.ts'

/** Modules that move to another process. */
export interface Move {
  modules: readonly string[]
  toProcess: string
}

/** The processes and modules of a shop at one point in time. */
export interface Layout {
  version: number
  topology: Topology
  /** The move that the supervisor prepares, and the topology after it. */
  next: (Move & { topology: Topology }) | undefined
  /** The origins of the replicas of a process. */
  originsOf: (process: string) => readonly string[]
  /** Whether the import of the sample catalogue is running. */
  preparing?: boolean
}

type Origins = Record<string, readonly string[]>

/** The placement of a layout, which processes receive. */
export function placementOf({ version, topology, next, originsOf, preparing }: Layout): PlacementState {
  const modules = topology.processes.flatMap((process) => {
    const origins = originsOf(process.name)
    return process.modules.map((module) => [module, origins] as const)
  })
  const standby = next?.modules.map((module) => [module, originsOf(next.toProcess)] as const)
  return {
    version,
    modules: Object.fromEntries(modules),
    standby: Object.fromEntries(standby ?? []),
    ...(preparing ? { preparing } : {}),
  }
}

/** The placement for a replica that starts. It includes the replica itself, which others may not know yet. */
export function placementFor(layout: Layout, process: string, origin: string): PlacementState {
  const { topology, next } = layout
  const { modules, standby = {}, ...rest } = placementOf(layout)
  const active = topology.processes.find(({ name }) => name === process)?.modules ?? []
  const prepared = next?.toProcess === process ? next.modules : []
  return {
    ...rest,
    modules: withOrigin(modules, active, origin),
    standby: withOrigin(standby, prepared, origin),
  }
}

/**
 * Throws while modules move. A new replica takes long to start, and the move's switch would have to wait for it while
 * writes wait.
 */
export function refuseDuringMove(move: Move | undefined, process: string): void {
  if (!move) return
  throw new Error(
    `Cannot deploy or scale "${process}" during the move of ${move.modules.join(', ')} to "${move.toProcess}". Run "npx pando migration status". While the move runs, wait for its end; when it has stopped, run "npx pando migration resume" or "npx pando migration rollback" first`,
  )
}

function withOrigin(origins: Origins, modules: readonly string[], origin: string): Origins {
  const added = modules.map((module) => [module, [...new Set([...(origins[module] ?? []), origin])]])
  return { ...origins, ...Object.fromEntries(added) }
}
