import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Process, Topology } from '../topology/topology.ts'
import type { ReplicaPlan, ReplicaStatus } from './replica.ts'

export type LaunchPlan = Pick<ReplicaPlan, 'command' | 'environment' | 'inherit' | 'signals'>

/** A replica to be started. `topology`: the one that has its process, asked for at each start. */
export interface LaunchPlace {
  process: Process
  index: number
  internalPort: number
  /** Under which the others will know it. */
  origin: string
  topology: () => Topology
}

export interface SupervisorOptions {
  topology: Topology
  /** A process that runs already, and holds this supervisor: it is neither started nor stopped from here. */
  resident?: { process: string; origin: string }
  log: Log
  /** Writes a line that a replica wrote. */
  print: (replica: string, line: string) => void
  /** What a replica of ours is started with; those with a `command` of their own get it and the environment. */
  launch: (place: LaunchPlace) => LaunchPlan
  /** Tells a running replica where the modules are. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  /** Asks a replica what it is, with a signature that only processes of this shop accept. */
  fetchStatus: (origin: string) => Promise<ReplicaStatus>
  /** Resolves when a replica is ready for modules that it was told of. Throws, in its words, when it cannot be. */
  inStandby: (origin: string, modules: readonly string[]) => Promise<void>
}

/** A step of a change, with the time that it took. `killed`: gone by force, as it did not end when it was asked to. */
export interface Progress {
  step: 'starting' | 'migrating' | 'ready' | 'switched' | 'leaving' | 'gone' | 'killed'
  /** Such as `payments.1`; of a switch, none. */
  replica?: string
  pid?: number | undefined
  ms: number
  /** Of a switch: those that do not answer, and learn of it when they do. */
  untold?: { replica: string; pid?: number | undefined }[]
}

/** Changes the plan by which a replica is launched, such as to the command of an artefact. */
export type PlanChange = (plan: LaunchPlan) => LaunchPlan

export type ProgressListener = (progress: Progress) => void
