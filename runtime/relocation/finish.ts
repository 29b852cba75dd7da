import { disableTriggers } from './fence.ts'
import type { Direction } from './names.ts'
import { awaitSmallLag } from './prepare.ts'
import { type RelocationContext, releaseSnapshots, sides } from './relocation-context.ts'
import { dropLeftSchemas, endReplication } from './retire.ts'
import { interruptible, PermanentError } from './retry.ts'
import { compareSnapshots, snapshotsInStep } from './verify.ts'

/** The target has not got what the source had: the modules must go back. */
export class Mismatch extends PermanentError {}

const MAX_LOCK_TRIES = 40

/** Compares both sides as they were in the cutover, and answers how many rows moved. Throws Mismatch. */
export async function verify(context: RelocationContext): Promise<number> {
  const { moved } = context
  if (moved.length === 0) return 0
  try {
    // They are gone after a restart, or when a database ended; then both sides are brought in step once more.
    const snapshots = context.snapshots ?? (await bringInStep(context))
    context.snapshots = snapshots
    const { rows, differences } = await compareSnapshots(snapshots.source.sql, snapshots.target.sql, moved)
    if (differences.length > 0)
      throw new Mismatch(`the copy differs from its original: ${differences.join('; ')}`)
    return rows
  } finally {
    await releaseSnapshots(context)
  }
}

async function bringInStep(context: RelocationContext): Promise<NonNullable<RelocationContext['snapshots']>> {
  const { plan, moved, source, target, signal } = context
  for (let tries = 1; tries <= MAX_LOCK_TRIES; tries++) {
    // Writers wait while it is in step, so it must be close.
    await awaitSmallLag(context, 'back')
    signal.throwIfAborted()
    const snapshots = await snapshotsInStep({ giver: source, taker: target }, plan.id, moved)
    if (snapshots) return { source: snapshots.giver, target: snapshots.taker }
  }
  throw new Error(`the source does not follow the target, or other transactions hold the tables all the time`)
}

/** Waits until nothing of the modules runs on the side that gave them away. */
export async function release(context: RelocationContext, direction: Direction): Promise<void> {
  const { plan, moved, control, signal, onProgress } = context
  const say = (note: string) => onProgress({ note })
  await interruptible(() => control.released(plan, direction, { say, signal }), signal)
  if (moved.length > 0) await disableTriggers(sides(context, direction).taker, moved)
}

/** Drops what the modules left behind; the fence and the word where they are stay. From here on there is no way back. */
export async function retire(context: RelocationContext): Promise<void> {
  const { plan, moved, source, control } = context
  if (moved.length > 0) {
    await endReplication(context, plan.id)
    await dropLeftSchemas(source, plan.id, moved)
  }
  await control.settle(plan)
}
