import type { PlacementState } from '../topology/placement.ts'
import type { Topology } from '../topology/topology.ts'

/** Modules that change their process. */
export interface Move {
  modules: readonly string[]
  toProcess: string
}

/** Which modules are where at one moment. */
export interface Layout {
  version: number
  topology: Topology
  /** What the shop is about to become: modules get ready in another process. */
  next: (Move & { topology: Topology }) | undefined
  /** Where the replicas of a process answer. */
  originsOf: (process: string) => readonly string[]
  /** Its sample catalogue is on its way. */
  preparing?: boolean
}

type Places = Record<string, readonly string[]>

/** The layout as processes are told of it. */
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

/** The same for a replica that starts, also while nobody else is told of it. */
export function placementFor(layout: Layout, process: string, origin: string): PlacementState {
  const { topology, next } = layout
  const { modules, standby = {}, ...rest } = placementOf(layout)
  const own = topology.processes.find(({ name }) => name === process)?.modules ?? []
  const coming = next?.toProcess === process ? next.modules : []
  return { ...rest, modules: withOrigin(modules, own, origin), standby: withOrigin(standby, coming, origin) }
}

/**
 * Throws while modules get ready in another process. New replicas take long to come up, and those who write to the modules
 * would wait for them when it is switched.
 */
export function refuseAmidMove(move: Move | undefined, process: string): void {
  if (!move) return
  throw new Error(
    `Cannot replace or multiply "${process}" while ${move.modules.join(', ')} move to "${move.toProcess}". Run "npx pando migration status": wait while the move runs; when it has stopped, run "npx pando migration resume" or "npx pando migration rollback" first`,
  )
}

function withOrigin(places: Places, modules: readonly string[], origin: string): Places {
  const added = modules.map((module) => [module, [...new Set([...(places[module] ?? []), origin])]])
  return { ...places, ...Object.fromEntries(added) }
}
