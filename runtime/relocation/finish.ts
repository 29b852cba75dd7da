import { disableTriggers } from './fence.ts'
import type { Direction } from './names.ts'
import { awaitSmallLag } from './prepare.ts'
import { type RelocationContext, releaseSnapshots, sides } from './relocation-context.ts'
import { dropLeftSchemas, endReplication } from './retire.ts'
import { interruptible, PermanentError } from './retry.ts'
import { compareSnapshots, matchingSnapshots } from './verify.ts'

/** The copy at the target differs from the source: the relocation must be rolled back. */
export class Mismatch extends PermanentError {}

const MAX_LOCK_ATTEMPTS = 40

/**
 * Compares both sides as they were at the cutover, and returns how many rows moved. Throws Mismatch on a difference.
 */
export async function verify(context: RelocationContext): Promise<number> {
  const { moved } = context
  if (moved.length === 0) return 0
  try {
    // A restart of the shop or of a database has ended the snapshots of the cutover.
    const snapshots = context.snapshots ?? (await takeMatchingSnapshots(context))
    context.snapshots = snapshots
    const { rows, differences } = await compareSnapshots(snapshots.source.sql, snapshots.target.sql, moved)
    if (differences.length > 0)
      throw new Mismatch(`the copy differs from the original: ${differences.join('; ')}`)
    return rows
  } finally {
    await releaseSnapshots(context)
  }
}

async function takeMatchingSnapshots(
  context: RelocationContext,
): Promise<NonNullable<RelocationContext['snapshots']>> {
  const { plan, moved, source, target, signal } = context
  for (let attempts = 1; attempts <= MAX_LOCK_ATTEMPTS; attempts++) {
    // Writers wait for the snapshots, so the lag must be small first.
    await awaitSmallLag(context, 'backward')
    signal.throwIfAborted()
    const snapshots = await matchingSnapshots({ source, target }, plan.id, moved)
    if (snapshots) return snapshots
  }
  throw new Error(
    'the source does not follow the target, or other transactions keep holding locks on the tables',
  )
}

/**
 * Waits until no work of the modules runs in the processes that gave them away. Then disables the triggers of the fence
 * in the database that has the modules now.
 */
export async function release(context: RelocationContext, direction: Direction): Promise<void> {
  const { plan, moved, control, signal, onProgress } = context
  const report = (note: string) => onProgress({ note })
  await interruptible(() => control.waitUntilReleased(plan, direction, { report, signal }), signal)
  if (moved.length > 0) await disableTriggers(sides(context, direction).receiver, moved)
}

/**
 * Drops the schemas that the modules left at the source. The fence and the record of the new location stay. After this
 * a rollback is impossible.
 */
export async function retire(context: RelocationContext): Promise<void> {
  const { plan, moved, source, control } = context
  if (moved.length > 0) {
    await endReplication(context, plan.id)
    await dropLeftSchemas(source, plan.id, moved)
  }
  await control.finish(plan)
}
