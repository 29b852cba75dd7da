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

/** Tells whether an operation can be part of a transaction in the owner's database, in this process. */
export type CanShare = (operation: Operation) => boolean

/** Cuts off the first segment of a list that is not empty. */
export function firstSegment(operations: readonly Operation[], canShare: CanShare): Segment {
  if (!canShare(operations[0]!)) return { shared: false, length: 1 }
  const end = operations.findIndex((operation) => !canShare(operation))
  return { shared: true, length: end === -1 ? operations.length : end }
}
