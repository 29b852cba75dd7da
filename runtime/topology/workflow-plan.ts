import type { AnyWorkflow, Step } from '../module/workflow.ts'
import { canShare, firstSegment, type Operation, parallelStep, type Sharing } from '../workflow/segments.ts'
import { databaseKey, describeDatabase, type Topology } from './topology.ts'

export interface PlannedStep {
  name: string
  /** Such as `inventory.reserveStock`. */
  operation: string
  undoneBy: string | undefined
  /** The operations that are called when the workflow starts to wait at this step. */
  whileWaiting: string[]
}

export interface PlannedSegment {
  /**
   * `transaction`: the steps and the journal entry commit together. `call`: one step with a commit of its own; the
   * journal is written before and after it. `outside`: a call to a method that uses an outside provider, in no
   * transaction.
   */
  kind: 'transaction' | 'call' | 'outside'
  process: string
  database: string
  /** Whether the segment runs in parallel with the one before it. */
  parallel: boolean
  steps: PlannedStep[]
}

/** How one workflow runs in one topology, when nothing fails. */
export interface WorkflowPlan {
  workflow: string
  /** The module that defines the workflow. */
  owner: string
  segments: PlannedSegment[]
  /**
   * `work`: commits of segments, without those of steps that use an outside provider. `journal`: commits of the journal
   * alone. An entry that commits with a transaction is not counted.
   */
  commits: { work: number; journal: number }
  /** Sentences for operators: what is atomic, and what happens after a failure or a crash. */
  consistency: string
}

/**
 * Cuts a workflow into segments in the same way as the engine. `isOutside`: whether the contract marks a method
 * `outside`.
 */
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
  const addSegment = (steps: readonly Step<object>[], shared: boolean, parallel: boolean) => {
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
    const parallel = parallelStep(
      rest.map((step) => ({ ...step, step })),
      segment,
      isShared,
    )
    addSegment(rest.slice(0, segment.length), segment.shared, false)
    if (parallel) addSegment([parallel], false, true)
    rest = rest.slice(segment.length + (parallel ? 1 : 0))
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

/**
 * Counts commits. The journal is written alone before the first segment, unless that is a transaction without a
 * parallel call: then the transaction writes it. It is also written alone after each call that neither a parallel call
 * nor a transaction follows.
 */
function countCommits(segments: readonly PlannedSegment[]): WorkflowPlan['commits'] {
  const next = (index: number) => segments[index + 1]
  const isTransactionAlone = ({ kind }: PlannedSegment, index: number) =>
    kind === 'transaction' && !next(index)?.parallel
  const writtenAfter = segments.filter(
    (segment, index) =>
      !isTransactionAlone(segment, index) && !next(index)?.parallel && next(index)?.kind !== 'transaction',
  )
  return {
    work: segments.filter(({ kind }) => kind !== 'outside').length,
    journal: writtenAfter.length + (isTransactionAlone(segments[0]!, 0) ? 0 : 1),
  }
}

function consistencyOf(segments: readonly PlannedSegment[], journalDatabase: string): string {
  if (segments.length === 1 && segments[0]!.kind === 'transaction')
    return 'All or nothing: it is one transaction, and readers never see a part of it.'
  const steps = segments.flatMap((segment) => segment.steps)
  const transactions = segments.filter(({ kind, steps }) => kind === 'transaction' && steps.length > 1)
  const atomic =
    transactions.length > 0
      ? 'The steps of a transaction are all or nothing'
      : 'No two steps are in one transaction'
  const onFailure = steps.some((step) => step.undoneBy)
    ? 'when a step is refused, the steps before it are undone, the last one first'
    : 'nothing is undone: the remaining steps are retried until they succeed'
  return `A saga of ${segments.length} segments. ${atomic}; readers may see the state between two segments. After a crash the workflow resumes from the journal in ${journalDatabase}; ${onFailure}.`
}
