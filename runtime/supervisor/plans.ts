import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Process, Topology } from '../topology/topology.ts'
import type { ReplicaPlan, ReplicaStatus } from './replica.ts'

export type LaunchPlan = Pick<ReplicaPlan, 'command' | 'environment' | 'inherit' | 'signals'>

/** A replica to start. */
export interface LaunchTarget {
  process: Process
  index: number
  internalPort: number
  /** The origin at which the other processes will call it. */
  origin: string
  /** Returns the topology that contains its process. Called at each start. */
  topology: () => Topology
}

export interface SupervisorOptions {
  topology: Topology
  /**
   * The process that runs this supervisor, if it is a process of the shop. The supervisor does not start or stop it.
   */
  resident?: { process: string; origin: string }
  log: Log
  /** Prints a line of the output of a replica. */
  print: (replica: string, line: string) => void
  /** Returns the command and the environment with which a replica is started. */
  launch: (target: LaunchTarget) => LaunchPlan
  /** Sends a placement update to a running replica. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  /** Requests the status of a replica, with a token that only processes of this shop accept. */
  fetchStatus: (origin: string) => Promise<ReplicaStatus>
  /** Resolves when a replica has prepared modules. Throws StandbyFailed when the replica answers but cannot prepare them. */
  waitForStandby: (origin: string, modules: readonly string[]) => Promise<void>
}

/**
 * A step of scaling or deploying, and how long it took. `gone`: the replica has stopped. `killed`: the replica did not
 * stop in time and was killed.
 */
export interface Progress {
  step: 'starting' | 'migrating' | 'ready' | 'switched' | 'leaving' | 'gone' | 'killed'
  /** Such as `payments.1`; undefined for `switched`. */
  replica?: string
  pid?: number | undefined
  ms: number
  /** Only for `switched`: replicas that did not answer the placement update. They receive it later. */
  unreached?: { replica: string; pid?: number | undefined }[]
}

/** Changes the plan with which a replica is launched, for example to the command of an artefact. */
export type PlanChange = (plan: LaunchPlan) => LaunchPlan

export type ProgressListener = (progress: Progress) => void
