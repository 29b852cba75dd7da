/** What a step does, and what holds once it is the last recorded step of a relocation. */
export interface StepSpec {
  /** The predicate of a sentence about the step, for docs/split-and-merge.md. */
  summary: string
  /**
   * Where the modules are during a move to the target. `at either`: the seal may or may not be committed, and only the
   * databases know whether it is. Failures of steps after the seal are retried for longer: to roll back is not safer
   * than to retry.
   */
  modules: 'at the source' | 'at either' | 'at the target'
  /** What `pando migration rollback` does. Undefined where it is refused. */
  rollback: string | undefined
  /** Whether the step also runs when only the process changes, and nothing is copied. */
  inPlace: boolean
}

const CLEAN_UP = 'removes what was made at the target'
const LIFT_FENCE = 'lifts the fence, unless it is sealed, and removes what was made at the target'
const MOVE_BACK = 'runs fence to release in the other direction, then removes what was made at the target'

/**
 * The procedure of a relocation, in order. Whether a step runs again on resume, the location of the modules after a
 * crash, the choices of the operator, the documents and the tests of each step follow from this table.
 */
export const PROCEDURE = {
  preflight: {
    summary:
      'tries the statements of the move in transactions that it rolls back, looks for everything else that prevents the move, and reports all of it at once',
    modules: 'at the source',
    rollback: 'has nothing to do',
    inPlace: false,
  },
  prepare: {
    summary:
      "creates the database and the module's tables at the target, and what replication needs on both sides. It starts the new process with the module loaded but not serving",
    modules: 'at the source',
    rollback: CLEAN_UP,
    inPlace: true,
  },
  copy: {
    summary: 'copies all existing rows while the shop continues to write',
    modules: 'at the source',
    rollback: CLEAN_UP,
    inPlace: false,
  },
  'catch up': {
    summary:
      'waits until rows that were written meanwhile have arrived, and prepares replication in the other direction, for a rollback',
    modules: 'at the source',
    rollback: CLEAN_UP,
    inPlace: false,
  },
  fence: {
    summary:
      'refuses writes of the module at the source by a trigger in the database, so that even a process that missed the move cannot write. **The pause of writes begins**',
    modules: 'at either',
    rollback: LIFT_FENCE,
    inPlace: false,
  },
  drain: {
    summary: 'waits until the last write has arrived at the target',
    modules: 'at either',
    rollback: LIFT_FENCE,
    inPlace: false,
  },
  'hand over': {
    summary: 'sets the sequences at the target to the values of those at the source',
    modules: 'at either',
    rollback: LIFT_FENCE,
    inPlace: false,
  },
  seal: {
    summary:
      "makes the fence permanent, and records the module's new location. Before this step, the fence expires after five seconds, even if every process dies",
    modules: 'at either',
    rollback: MOVE_BACK,
    inPlace: false,
  },
  switch: {
    summary:
      "ends the leases of running workflows and event lanes, so that the target resumes them, and notifies every process, the target's first. **The pause ends**",
    modules: 'at the target',
    rollback: MOVE_BACK,
    inPlace: true,
  },
  verify: {
    summary:
      'compares the rows and checksums of every table on both sides. A difference rolls the whole move back',
    modules: 'at the target',
    rollback: MOVE_BACK,
    inPlace: false,
  },
  release: {
    summary: 'waits until no work of the module runs at the source any more',
    modules: 'at the target',
    rollback: MOVE_BACK,
    inPlace: true,
  },
  retire: {
    summary: 'removes the replication and the old tables, and records the topology',
    modules: 'at the target',
    rollback: undefined,
    inPlace: true,
  },
} as const satisfies Record<string, StepSpec>

export type StepName = keyof typeof PROCEDURE

/** The names of the steps, in order. */
export const STEPS = Object.keys(PROCEDURE) as readonly StepName[]

/** Whether `step` is `other` or comes after it. */
export function isAtOrAfter(step: StepName, other: StepName): boolean {
  return STEPS.indexOf(step) >= STEPS.indexOf(other)
}

/** The steps that run when nothing is copied. */
export const STEPS_IN_PLACE = STEPS.filter((step) => PROCEDURE[step].inPlace)

/** The steps before the cutover, and those after it; `preflight` runs before the relocation is recorded. */
export const STEPS_BEFORE_CUTOVER = STEPS.filter(
  (step) => PROCEDURE[step].modules === 'at the source' && step !== 'preflight',
)
export const STEPS_AFTER_CUTOVER = STEPS.filter((step) => PROCEDURE[step].modules === 'at the target')
