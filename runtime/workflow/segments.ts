/** What a workflow asks one module to do: a step, or what undoes one. */
export interface Operation {
  module: string
  method: string
}

/**
 * Neighbouring operations that run together. `shared`: in one transaction, here, with the journal; otherwise it is one
 * operation alone, called wherever its module is.
 */
export interface Segment {
  shared: boolean
  length: number
}

/** What decides which operations can share a transaction: a running process answers it, and a topology. */
export interface Sharing {
  /** Whether a module is in another process than the workflow's owner. */
  isRemote(module: string): boolean
  /** Whether it talks to an outside provider. */
  isOutside(operation: Operation): boolean
  /** Whether two modules have their tables in one database. */
  sharesDatabase(a: string, b: string): boolean
}

/** Tells whether an operation can be part of a transaction in the owner's database, in the owner's process. */
export function canShare(owner: string, operation: Operation, sharing: Sharing): boolean {
  if (operation.module !== owner && sharing.isRemote(operation.module)) return false
  return !sharing.isOutside(operation) && sharing.sharesDatabase(owner, operation.module)
}

/** Cuts off the first segment of a list that is not empty. */
export function firstSegment(
  operations: readonly Operation[],
  canShare: (operation: Operation) => boolean,
): Segment {
  if (!canShare(operations[0]!)) return { shared: false, length: 1 }
  const end = operations.findIndex((operation) => !canShare(operation))
  return { shared: true, length: end === -1 ? operations.length : end }
}

/**
 * The step after the first segment, when it runs at the same time: it says so itself, is called elsewhere, and the segment
 * decides nothing that it could depend on.
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

interface Ahead {
  parallel: boolean
  final: boolean
  decide?: unknown
}

/**
 * How many of the steps ahead may have had an effect when the first did not end well: itself, and the one that may have run
 * beside it, wherever their modules were then. `isUncertain`: of a journal that may have forgotten what was done after it,
 * all up to the step from which there is no way back.
 */
export function countTried(steps: readonly Ahead[], isUncertain: boolean): number {
  const [first, next] = steps
  const final = steps.findIndex((step) => step.final)
  if (isUncertain) return final === -1 ? steps.length : final
  return next?.parallel && !first?.decide ? 2 : 1
}

/** Whether a step from which there is no way back is among the first `done`. */
export function isPastReturn(steps: readonly { final: boolean }[], done: number): boolean {
  return steps.slice(0, done).some((step) => step.final)
}
