import type { PlacementState } from '../topology/placement.ts'

/** What a relocation goes through, in this order. */
export const STEPS = [
  'preflight',
  'prepare',
  'copy',
  'catch up',
  'fence',
  'drain',
  'hand over',
  'seal',
  'switch',
  'verify',
  'release',
  'retire',
] as const

export type StepName = (typeof STEPS)[number]

export type RelocationState = 'running' | 'failed' | 'rolling back' | 'done' | 'rolled back'

/** What somebody asks for: `pando split` and `pando merge`. */
export interface RelocationRequest {
  /** All of them run in one process now. */
  modules: readonly string[]
  /** The process that they go to; a new one unless the topology has it. */
  toProcess: string
  /** Which of the two `toProcess` must be: a split wants a new one, a merge one that there is. Either unless given. */
  target?: 'new' | 'existing' | undefined
  /**
   * The database of a new process, as a topology file writes it; a database of its own on the default server unless given.
   * `url`: what an `env:NAME` stands for at the asker.
   */
  database?: { name: string } | { from: string; url: string } | undefined
  /** The internal port of a new process; one that is free on this machine unless given. */
  port?: number | undefined
  /** Only the preflight: nothing is changed. */
  dryRun?: boolean
  /** For tests: stops before this step is taken, until the owner of the shop is killed or `resume` is asked for. */
  holdAt?: StepName | undefined
}

/** A relocation as it is decided once: everything that its steps need, kept in the database. */
export interface RelocationPlan {
  /** Such as `rlc_01j…`, lower case: it is part of names in PostgreSQL. */
  id: string
  modules: readonly string[]
  fromProcess: string
  toProcess: string
  /** Whether the target process did not run before. */
  isNewProcess: boolean
  /** Both are the same when only the process changes. May hold passwords: never shown. */
  sourceUrl: string
  targetUrl: string
  /** The topology before and after, as the text of their files. */
  topologyBefore: { source: string; text: string }
  topologyAfter: { source: string; text: string }
}

/** What happened in one step, for people and scripts. */
export interface StepRecord {
  step: StepName
  startedAt: string
  ms: number
  /** How often it was taken; more than once after a failure that passed. */
  tries: number
  /** Of a step of the way back. */
  back?: true
}

/** How far it is, told again and again while it runs. */
export interface RelocationProgress {
  id: string
  step: StepName
  /** `begun`, `going on`, `ended`. */
  phase: 'begun' | 'running' | 'ended'
  /** Since the step began, in milliseconds. */
  ms: number
  /** While it copies. */
  rows?: { copied: number; total: number }
  /** What the target has not got yet, in bytes of the source's log. */
  lagBytes?: number
  /** A word for people: why it is tried again, for instance. */
  note?: string
}

/** What `pando migration status` shows. */
export interface RelocationStatus {
  id: string
  modules: readonly string[]
  fromProcess: string
  toProcess: string
  step: StepName
  state: RelocationState
  steps: readonly StepRecord[]
  /** How long writes waited, in milliseconds; null before the switch. */
  pauseMs: number | null
  /** Rows that were moved; null before they have been counted. */
  rows: number | null
  error: string | null
  createdAt: string
  updatedAt: string
  /** The file that describes the shop when it is done. */
  topology: { source: string; text: string }
  /** Of a dry run only: what would be moved, and what is in the way of it, each with what to do. */
  preview?: RelocationPreview
}

export interface RelocationPreview {
  isNewProcess: boolean
  /** The databases in words, without passwords; the same when only the process changes. */
  fromDatabase: string
  toDatabase: string
  /** `name`: such as `payments.intents`; `isEstimate`: too many to count them for this. */
  tables: readonly { name: string; rows: number; isEstimate: boolean }[]
  problems: readonly string[]
}

/** How something is waited for. */
export interface Waiting {
  /** Tells people what is waited for. */
  say: (note: string) => void
  /** Nobody waits any more. */
  signal: AbortSignal
}

/**
 * What a relocation asks of the shop's processes; the owner of the shop answers it: the supervisor, or the one process.
 * Each may be asked again after a failure.
 */
export interface ProcessControl {
  /** Each time that somebody sets to work on it, before the first step. */
  begin(plan: RelocationPlan): Promise<void>
  /**
   * Starts the process that is to get the modules where it does not run, and resolves when all its replicas have them in
   * standby: `forth` the target, `back` the source.
   */
  prepare(plan: RelocationPlan, direction: 'forth' | 'back'): Promise<void>
  /** The placement that `switchOver` will announce: what the tombstone at the source says. */
  placementAfter(plan: RelocationPlan): PlacementState
  /** The same for the way back. */
  placementBefore(plan: RelocationPlan): PlacementState
  /**
   * Tells all processes: `forth`, the target's replicas first; `back`, the source's. Resolves when one of those has
   * activated the modules; the others are told as soon as they answer.
   */
  switchOver(plan: RelocationPlan, direction: 'forth' | 'back'): Promise<void>
  /** Resolves when nothing of the modules runs any more in the replicas of the side that gave them away. */
  released(plan: RelocationPlan, direction: 'forth' | 'back', waiting: Waiting): Promise<void>
  /** Ends the standby, and the target process where it was new. */
  abandon(plan: RelocationPlan): Promise<void>
  /** All is done: the topology that is in force is noted for the next start, and a process without modules is stopped. */
  settle(plan: RelocationPlan): Promise<void>
}
