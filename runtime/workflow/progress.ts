import type { StoredFailure } from '../call/idempotency.ts'
import { Failure } from '../contract/failure.ts'
import type { AnyWorkflow } from '../module/workflow.ts'
import type { JournalEntry } from './journal.ts'
import type { Task } from './task.ts'

// Longer than the longest chain of calls that one run makes, so that nobody takes over what is alive.
const LEASE_MS = 60_000

/** Until when a workflow is its runner's alone. */
export function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS)
}

/** The entry with a lease that begins now. */
export function leased(entry: JournalEntry, now: Date): JournalEntry {
  return { ...entry, wakeAt: leaseFrom(now) }
}

/** What is to be undone of the first `count` steps, the last first. */
export function compensationsOf({ steps }: AnyWorkflow, count: number): (Task & { index: number })[] {
  return steps
    .slice(0, count)
    .flatMap((step, index) => (step.undo ? [{ ...step.undo, name: step.name, step: undefined, index }] : []))
    .reverse()
}

/** The entry when everything from step `index` on has been undone. */
export function compensatedTo(
  workflow: AnyWorkflow,
  entry: JournalEntry,
  index: number,
  now: Date,
): JournalEntry {
  const isOver = compensationsOf(workflow, index).length === 0
  return {
    ...leased(entry, now),
    nextStep: isOver ? 0 : index,
    status: isOver ? 'failed' : 'undoing',
  }
}

/** Ends it well. */
export function finish(workflow: AnyWorkflow, entry: JournalEntry): void {
  entry.status = 'done'
  entry.answer = workflow.answer(entry.state)
  // Nobody reads it any more, and it would be written once again.
  entry.state = {}
  entry.isUncertain = false
  entry.wakeAt = null
}

/** Turns it back: from here on its steps are undone. `patch` changes the state before. */
export function fail(entry: JournalEntry, failure: StoredFailure & { patch?: object }): void {
  const { code, status, message, data, patch } = failure
  entry.status = 'undoing'
  entry.failure = { code, status, message, data }
  entry.state = { ...entry.state, ...patch }
}

/** Whether a module has never heard of what was to be undone there: then it is undone. */
export function isUnheardOf(error: unknown): boolean {
  return error instanceof Failure && error.status === 404 && error.code !== 'NOT_FOUND'
}

export function toStored(failure: Failure): StoredFailure {
  return { code: failure.code, status: failure.status, message: failure.message, data: failure.data }
}
