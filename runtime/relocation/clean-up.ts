import { isUnreachable } from '../database/errors.ts'
import { createSealedFence, isSealed, liftFence } from './fence.ts'
import type { RelocationContext } from './relocation-context.ts'
import { dropSchemas, endReplication } from './retire.ts'
import { PermanentError } from './retry.ts'

/**
 * Cleans up a relocation whose modules are at the source, because they never left or were moved back: ends the standby,
 * and drops all replication and the copy at the target. The target database need not exist. A repeat changes nothing.
 */
export async function cleanUp(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, control } = context
  if (moved.length > 0) {
    if (await isSealed(source, plan.id, moved))
      throw new PermanentError(
        `the target has the modules ${moved.join(', ')}: their tables there must not be dropped`,
      )
    await liftFence(source, plan.id, moved)
  }
  await control.abandon(plan)
  if (moved.length === 0) return
  await endReplication(context, plan.id)
  await dropSchemas(target, moved)
  // A process that missed the move back may still use the target database
  await createSealedFence(target, plan.id, moved, {
    toProcess: plan.fromProcess,
    placement: control.placementBefore(plan),
  })
}

/** Whether the source database answers and the target database does not. */
export async function isOnlyTargetUnreachable({
  source,
  target,
}: Pick<RelocationContext, 'source' | 'target'>): Promise<boolean> {
  const answers = (sql: RelocationContext['source']) =>
    sql`select 1`.then(
      () => true,
      (error: unknown) => !isUnreachable(error),
    )
  const [sourceAnswers, targetAnswers] = await Promise.all([answers(source), answers(target)])
  return sourceAnswers && !targetAnswers
}
