import type { AnyWorkflow, Step } from '../module/workflow.ts'
import { canShare, firstSegment, type Operation, parallelStep, type Sharing } from '../workflow/segments.ts'
import { databaseKey, describeDatabase, type Topology } from './topology.ts'

export interface PlannedStep {
  name: string
  /** Such as `inventory.reserveStock`. */
  operation: string
  undoneBy: string | undefined
  /** What it does when the workflow has to wait at it. */
  whileWaiting: string[]
}

export interface PlannedSegment {
  /**
   * `transaction`: its steps and the journal commit together. `call`: one step that commits by itself, with the journal
   * written around it. `outside`: such a call that talks to an outside provider, in no transaction.
   */
  kind: 'transaction' | 'call' | 'outside'
  process: string
  database: string
  /** It runs at the same time as the segment before it. */
  parallel: boolean
  steps: PlannedStep[]
}

/** How one workflow runs in one topology, when nothing fails. */
export interface WorkflowPlan {
  workflow: string
  owner: string
  segments: PlannedSegment[]
  /**
   * `work`: of segments, other than what a step with an outside provider commits by itself. `journal`: of the journal
   * alone; with a transaction it costs none.
   */
  commits: { work: number; journal: number }
  consistency: string
}

/** Cuts a workflow into segments as the engine of its owner's process will. `isOutside` is asked of the contracts. */
export function planWorkflow(
  workflow: Pick<AnyWorkflow, 'name' | 'steps'>,
  owner: string,
  topology: Topology,
  isOutside: (operation: Operation) => boolean,
): WorkflowPlan {
  const home = topology.processOf(owner)
  const sharing: Sharing = {
    isRemote: (module) => topology.processOf(module) !== home,
    isOutside,
    sharesDatabase: (a, b) => databaseKey(topology.processOf(a)) === databaseKey(topology.processOf(b)),
  }
  const segments: PlannedSegment[] = []
  const isShared = (operation: Operation) => canShare(owner, operation, sharing)
  const add = (steps: readonly Step<object>[], shared: boolean, parallel: boolean) => {
    const process = topology.processOf(steps[0]!.module)
    segments.push({
      kind: shared ? 'transaction' : isOutside(steps[0]!) ? 'outside' : 'call',
      process: process.name,
      database: describeDatabase(process),
      parallel,
      steps: steps.map(planStep),
    })
  }
  let rest: readonly Step<object>[] = workflow.steps
  while (rest.length > 0) {
    const segment = firstSegment(rest, isShared)
    const beside = parallelStep(
      rest.map((step) => ({ ...step, step })),
      segment,
      isShared,
    )
    add(rest.slice(0, segment.length), segment.shared, false)
    if (beside) add([beside], false, true)
    rest = rest.slice(segment.length + (beside ? 1 : 0))
  }
  return {
    workflow: workflow.name,
    owner,
    segments,
    commits: countCommits(segments),
    consistency: consistencyOf(segments, describeDatabase(home)),
  }
}

function planStep({ name, module, method, undo, waiting }: Step<object>): PlannedStep {
  return {
    name,
    operation: `${module}.${method}`,
    undoneBy: undo && `${undo.module}.${undo.method}`,
    whileWaiting: waiting.map((step) => `${step.module}.${step.method}`),
  }
}

/** The journal is written before the first call, and after each one, or two at once, that no transaction follows. */
function countCommits(segments: readonly PlannedSegment[]): WorkflowPlan['commits'] {
  const isWritten = ({ kind }: PlannedSegment, index: number) =>
    kind === 'transaction' && !segments[index + 1]?.parallel
  const next = (index: number) => segments[index + 1]
  const after = segments.filter(
    (segment, index) =>
      !isWritten(segment, index) && !next(index)?.parallel && next(index)?.kind !== 'transaction',
  )
  return {
    work: segments.filter(({ kind }) => kind !== 'outside').length,
    journal: after.length + (isWritten(segments[0]!, 0) ? 0 : 1),
  }
}

function consistencyOf(segments: readonly PlannedSegment[], journal: string): string {
  if (segments.length === 1 && segments[0]!.kind === 'transaction')
    return 'All or nothing: it is one transaction, and nobody ever sees a part of it.'
  const steps = segments.flatMap((segment) => segment.steps)
  const transactions = segments.filter(({ kind, steps }) => kind === 'transaction' && steps.length > 1)
  const atomic =
    transactions.length > 0
      ? 'The steps of a transaction are all or nothing'
      : 'No two steps are in one transaction'
  const way = steps.some((step) => step.undoneBy)
    ? 'when a step is refused, those before it are undone, the last first'
    : 'nothing is undone: what is left is tried again until it is done'
  return `A saga of ${segments.length} segments. ${atomic}; others may see what is between two segments. The journal in ${journal} brings it to an end after a crash; ${way}.`
}
