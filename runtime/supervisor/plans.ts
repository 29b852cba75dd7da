import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Process, Topology } from '../topology/topology.ts'
import type { ReplicaPlan, ReplicaStatus } from './replica.ts'

export type LaunchPlan = Pick<ReplicaPlan, 'command' | 'environment' | 'inherit' | 'signals'>

/** A replica that is to be launched. */
export interface ReplicaToLaunch {
  process: Process
  index: number
  internalPort: number
  /** The origin at which the other processes will call it. */
  origin: string
  /**
   * Returns the topology in force, or the one after the move that is being prepared if only that has the process. Called
   * at each start.
   */
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
  launch: (replica: ReplicaToLaunch) => LaunchPlan
  /** Sends a placement update to a running replica. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  /** Requests the status of a replica, with a token that only processes of this shop accept. */
  fetchStatus: (origin: string) => Promise<ReplicaStatus>
  /** Resolves when a replica has prepared modules. Throws StandbyFailed when the replica answers but cannot prepare them. */
  waitForStandby: (origin: string, modules: readonly string[]) => Promise<void>
}

/**
 * A step of scaling or deploying. `migrating`: the replica migrates its tables; reported many times. `switched`: the
 * other processes have received the origins of the new replicas. `leaving`: the replica finishes its requests. `gone`: it
 * has stopped. `killed`: it did not stop in time and was killed.
 */
export interface Progress {
  step: 'starting' | 'migrating' | 'ready' | 'switched' | 'leaving' | 'gone' | 'killed'
  /** Such as `payments.1`; undefined for `switched`. */
  replica?: string
  /** Undefined when the replica's program could not be started. */
  pid?: number | undefined
  /**
   * How long sending the placement took, for `switched`. Otherwise the time since the replicas of this round began to
   * start or to leave: 0 for `starting` and `leaving`.
   */
  ms: number
  /** Only for `switched`: replicas that did not answer the placement update. They receive it later. */
  unreached?: { replica: string; pid?: number | undefined }[]
}

/** Changes the plan with which a replica is launched: `pando deploy --build` makes it run an artefact. */
export type PlanChange = (plan: LaunchPlan) => LaunchPlan

export type ProgressListener = (progress: Progress) => void
