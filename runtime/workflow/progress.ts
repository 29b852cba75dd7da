import type { StoredFailure } from '../call/idempotency.ts'
import { Failure } from '../contract/failure.ts'
import type { AnyWorkflow } from '../module/workflow.ts'
import type { JournalEntry } from './journal.ts'
import type { Task } from './task.ts'

/** Longer than the longest chain of calls of a run, so that no other process takes over a running workflow. */
const LEASE_MS = 60_000

/** The end of a lease that begins now. */
export function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS)
}

/** The entry with a new lease. */
export function leased(entry: JournalEntry, now: Date): JournalEntry {
  return { ...entry, wakeAt: leaseFrom(now) }
}

/** The compensations of the first `count` steps, the last first. */
export function compensationsOf({ steps }: AnyWorkflow, count: number): (Task & { index: number })[] {
  return steps
    .slice(0, count)
    .flatMap((step, index) => (step.undo ? [{ ...step.undo, name: step.name, step: undefined, index }] : []))
    .reverse()
}

/** The entry after the compensation of step `index` and all later ones. */
export function compensatedTo(
  workflow: AnyWorkflow,
  entry: JournalEntry,
  index: number,
  now: Date,
): JournalEntry {
  const isComplete = compensationsOf(workflow, index).length === 0
  return {
    ...leased(entry, now),
    nextStep: isComplete ? 0 : index,
    status: isComplete ? 'failed' : 'undoing',
  }
}

/** Marks a workflow as done. */
export function finish(workflow: AnyWorkflow, entry: JournalEntry): void {
  entry.status = 'done'
  entry.answer = workflow.answer(entry.state)
  // The state is not needed any more, and would be written once more.
  entry.state = {}
  entry.wakeAt = null
}

/** Makes a workflow fail: its steps are to be compensated. Applies `patch` to the state first. */
export function fail(entry: JournalEntry, failure: StoredFailure & { patch?: object }): void {
  const { code, status, message, data, patch } = failure
  entry.status = 'undoing'
  entry.failure = { code, status, message, data }
  entry.state = { ...entry.state, ...patch }
}

/** Whether a compensation failed because there was nothing to compensate: the step has made no resource. */
export function isNothingToCompensate(error: unknown): boolean {
  return error instanceof Failure && error.status === 404 && error.code !== 'NOT_FOUND'
}

export function toStored(failure: Failure): StoredFailure {
  return { code: failure.code, status: failure.status, message: failure.message, data: failure.data }
}
