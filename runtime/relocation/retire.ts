import { sqlState } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import { isSealed } from './fence.ts'
import { deleteMarkers } from './marker.ts'
import { type Direction, quoteName, streamName } from './names.ts'
import { dropPublication, dropSlot, dropSubscription, listCopySlots } from './replication.ts'
import { listSchemas } from './tables.ts'

/**
 * Drops the subscriptions, slots, publications and markers of a relocation. Ignores those that do not exist. Throws
 * when a database cannot be reached, after cleaning up the other one.
 */
export async function endReplication(
  { source, target }: { source: Pool; target: Pool },
  relocation: string,
): Promise<void> {
  // Subscriptions first: a slot cannot be dropped while a subscription reads from it.
  const dropped = await Promise.allSettled([
    dropReceiver(target, source, relocation, 'forward'),
    dropReceiver(source, target, relocation, 'backward'),
  ])
  const cleaned = await Promise.allSettled([
    dropSender(source, relocation, 'forward'),
    dropSender(target, relocation, 'backward'),
  ])
  for (const each of [...dropped, ...cleaned])
    if (each.status === 'rejected' && !isMissing(each.reason)) throw each.reason
}

/** 3D000 invalid_catalog_name: the database does not exist, so there is nothing to drop. */
function isMissing(error: unknown): boolean {
  return sqlState(error) === '3D000'
}

async function dropReceiver(
  receiver: Pool,
  sender: Pool,
  relocation: string,
  direction: Direction,
): Promise<void> {
  const name = streamName(relocation, direction)
  const copySlots = await listCopySlots(receiver, name)
  await dropSubscription(receiver, name)
  for (const slot of copySlots) await dropSlot(sender, slot)
}

async function dropSender(sender: Pool, relocation: string, direction: Direction): Promise<void> {
  const name = streamName(relocation, direction)
  await dropSlot(sender, name)
  await dropPublication(sender, name)
  const [control] = await sender<{ found: boolean }[]>`
    select to_regclass('pando.replication_marker') is not null as found`
  if (control!.found) await deleteMarkers(sender, relocation)
}

/**
 * Drops the schemas of modules that this relocation has moved out of this database. The fence and the record of the new
 * location stay. Throws when the modules have not left.
 */
export async function dropLeftSchemas(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
): Promise<void> {
  if (!(await isSealed(sql, relocation, modules))) {
    throw new Error(
      `Cannot drop the tables of ${modules.join(', ')}: they have not left this database. See "pando migration status"`,
    )
  }
  await dropSchemas(sql, modules)
}

/** Drops the schemas of modules with all their contents. For a copy that is no longer needed. */
export async function dropSchemas(sql: Pool, modules: readonly string[]): Promise<void> {
  try {
    for (const schema of await listSchemas(sql, modules)) {
      await transaction(sql, async (tx) => {
        // Other transactions would queue behind this lock while it waits for a long read.
        await tx`set local lock_timeout = '2s'`
        await tx.unsafe(`drop schema if exists ${quoteName(schema)} cascade`)
      })
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
