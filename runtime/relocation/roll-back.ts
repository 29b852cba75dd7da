import { isUnreachable } from '../database/errors.ts'
import { closePlace, isSealed, liftFence } from './fence.ts'
import type { RelocationContext } from './relocation-context.ts'
import { dropSchemas, endReplication } from './retire.ts'
import { PermanentError } from './retry.ts'

/**
 * Ends a relocation whose modules are at the source, whether they never left or came back: the standby, all replication,
 * and the copy at the target, whose database may never have been made. A repeat changes nothing.
 */
export async function clearAway(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, control } = context
  if (moved.length > 0) {
    if (await isSealed(source, plan.id, moved))
      throw new PermanentError(`${moved.join(', ')} live at the target: nothing there may be dropped`)
    await liftFence(source, plan.id, moved)
  }
  await control.abandon(plan)
  if (moved.length === 0) return
  await endReplication(context, plan.id)
  await dropSchemas(target, moved)
  await closePlace(target, plan.id, moved, {
    toProcess: plan.fromProcess,
    placement: control.placementBefore(plan),
  })
}

/** Whether the target's database alone does not answer, so that everything else has been cleared away. */
export async function isTargetDead({
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
