import type { RequestedRelocation } from '../topology/check-relocation.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Direction } from './names.ts'
import type { StepName } from './steps.ts'

/** `failed`: the relocation continues only when the operator resumes it or rolls it back. */
export type RelocationState = 'running' | 'failed' | 'rolling back' | 'done' | 'rolled back'

/** The request of `pando split` or `pando merge`: a relocation, and how to run it. */
export interface RelocationRequest extends RequestedRelocation {
  /** Runs only the preflight and changes nothing. Default: false. */
  dryRun?: boolean
  /** For tests: stops before this step, until `resume` is requested or the main process of the shop is killed. */
  holdAt?: StepName | undefined
}

/** The plan of a relocation with everything that its steps need. Stored in the home database, and never changed. */
export interface RelocationPlan {
  /** Such as `rlc_01j…`, lower case: it is part of names in PostgreSQL. */
  id: string
  modules: readonly string[]
  fromProcess: string
  toProcess: string
  /** Whether the relocation creates the target process. */
  isNewProcess: boolean
  /** Equal to `targetUrl` when only the process changes. Both may contain passwords; never show them. */
  sourceUrl: string
  targetUrl: string
  /** The topology files before and after the relocation. */
  topologyBefore: { source: string; text: string }
  topologyAfter: { source: string; text: string }
}

/** The record of one step, shown by `pando migration status`. */
export interface StepRecord {
  step: StepName
  startedAt: string
  /** The duration of the last attempt; 0 until the first one has ended. */
  ms: number
  /** The number of attempts, those of a rollback included. */
  tries: number
}

/** The progress of a relocation, reported repeatedly while it runs. */
export interface RelocationProgress {
  id: string
  step: StepName
  phase: 'begun' | 'running' | 'ended'
  /** Milliseconds since the start of the step. */
  ms: number
  /** During the copy. */
  rows?: { copied: number; total: number }
  /** The size of the source's log that the target has not received. */
  lagBytes?: number
  /** A message for the operator, such as the reason of a retry. */
  note?: string
}

/** The state of a relocation, shown by `pando migration status`. */
export interface RelocationStatus {
  id: string
  modules: readonly string[]
  fromProcess: string
  toProcess: string
  step: StepName
  state: RelocationState
  /** Whether a rollback has started and has not ended, even if it has stopped. A resume continues the rollback. */
  isRollback?: true
  steps: readonly StepRecord[]
  /** How long writes waited in the cutover; null before the switch, and when a resume completed the cutover. */
  pauseMs: number | null
  /** The number of moved rows; null before they are counted. */
  rows: number | null
  /** The reason of the last failure or interruption; null when there is none. */
  error: string | null
  createdAt: string
  updatedAt: string
  /** The topology file after the relocation; after a rollback, the one before it. */
  topology: { source: string; text: string }
  /** Only after a dry run. */
  preview?: RelocationPreview
}

/** What a relocation would move, and the problems that prevent it, each with its remedy. */
export interface RelocationPreview {
  isNewProcess: boolean
  /** The databases for messages, without passwords; equal when only the process changes. */
  fromDatabase: string
  toDatabase: string
  /** `name`: such as `payments.intents`. `isEstimate`: the table is too large to count its rows for a preview. */
  tables: readonly { name: string; rows: number; isEstimate: boolean }[]
  problems: readonly string[]
}

export interface WaitOptions {
  /** Called with a message that says which process the relocation waits for. */
  report: (note: string) => void
  /** Ends the wait. */
  signal: AbortSignal
}

/**
 * What a relocation requests of the processes of the shop. Implemented by the main process of the shop: the supervisor,
 * or the only process. Each method may be called again after a failure.
 */
export interface ProcessControl {
  /**
   * Stores the plan's new topology file, with which processes start during the relocation. Called before the first
   * step, each time the relocation is started or resumed.
   */
  begin(plan: RelocationPlan): Promise<void>
  /**
   * Starts the process that will get the modules, which is the target if `forward` and the source if `backward`. Does
   * nothing to a process that runs. Resolves when all its replicas have the modules in standby.
   */
  prepare(plan: RelocationPlan, direction: Direction): Promise<void>
  /** The placement that `switchOver` will announce in the direction `forward`. The seal records it at the source. */
  placementAfter(plan: RelocationPlan): PlacementState
  /** The placement that `switchOver` will announce in the direction `backward`. The seal records it at the target. */
  placementBefore(plan: RelocationPlan): PlacementState
  /**
   * Announces the new placement, first to the replicas that get the modules: the target's if `forward`, the source's
   * if `backward`. Resolves when one of them has activated the modules. Replicas that do not answer now get the
   * placement later.
   */
  switchOver(plan: RelocationPlan, direction: Direction): Promise<void>
  /** Resolves when no work of the modules runs in the replicas that gave them away. */
  waitUntilReleased(plan: RelocationPlan, direction: Direction, options: WaitOptions): Promise<void>
  /** Ends the standby, and stops the target process if it is new. */
  abandon(plan: RelocationPlan): Promise<void>
  /** Records the new topology for the next start, and stops the source process if it has no modules left. */
  finish(plan: RelocationPlan): Promise<void>
}
