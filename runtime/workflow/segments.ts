/** A command of one module in a workflow: a step, or the compensation of one. */
export interface Operation {
  module: string
  method: string
}

/**
 * Neighbouring operations that run together. `shared`: in one transaction of this process, together with the journal's
 * entry. Otherwise the segment is a single operation, which may be in another process.
 */
export interface Segment {
  shared: boolean
  length: number
}

/** The facts that decide which operations can share a transaction, from a running process or a topology. */
export interface Sharing {
  /** Whether a module is in another process than the workflow's owner. */
  isRemote(module: string): boolean
  /** Whether an operation calls an outside provider. */
  isOutside(operation: Operation): boolean
  /** Whether two modules have their tables in the same database. */
  sharesDatabase(a: string, b: string): boolean
}

/** Whether an operation can be part of a transaction in the owner's process and database. */
export function canShare(owner: string, operation: Operation, sharing: Sharing): boolean {
  if (operation.module !== owner && sharing.isRemote(operation.module)) return false
  return !sharing.isOutside(operation) && sharing.sharesDatabase(owner, operation.module)
}

/** The first segment of a list of operations, which must not be empty. */
export function firstSegment(
  operations: readonly Operation[],
  canShare: (operation: Operation) => boolean,
): Segment {
  if (!canShare(operations[0]!)) return { shared: false, length: 1 }
  const end = operations.findIndex((operation) => !canShare(operation))
  return { shared: true, length: end === -1 ? operations.length : end }
}

/**
 * The step after the first segment, if it can run in parallel to it: the step is marked `parallel`, cannot share a
 * transaction, and does not depend on a decision of the segment.
 */
export function parallelStep<
  Each extends Operation & { step?: { parallel?: boolean; decide?: unknown } | undefined },
>(
  operations: readonly Each[],
  segment: Segment,
  canShare: (operation: Operation) => boolean,
): Each | undefined {
  const next = operations[segment.length]
  if (!next?.step?.parallel || canShare(next)) return undefined
  return segment.shared || !operations[0]!.step?.decide ? next : undefined
}

interface StepTraits {
  parallel: boolean
  final: boolean
  decide?: unknown
}

/**
 * How many of the remaining steps may have had an effect when the first one did not succeed: the first one, and a step
 * that may have run in parallel to it, even if the two could share a transaction now. With `isUncertain` the journal
 * may be behind, so all steps before the final one count.
 */
export function countAttempted(steps: readonly StepTraits[], isUncertain: boolean): number {
  const [first, next] = steps
  const final = steps.findIndex((step) => step.final)
  if (isUncertain) return final === -1 ? steps.length : final
  return next?.parallel && !first?.decide ? 2 : 1
}

/** Whether a final step is among the first `done` steps, so that the workflow cannot be compensated any more. */
export function isPastFinalStep(steps: readonly { final: boolean }[], done: number): boolean {
  return steps.slice(0, done).some((step) => step.final)
}
