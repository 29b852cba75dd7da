import { sqlState } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import { isSealed } from './fence.ts'
import { deleteMarkers } from './marker.ts'
import { type Direction, quoteName, streamName } from './names.ts'
import { dropPublication, dropSlot, dropSubscription, listCopySlots } from './replication.ts'
import { listSchemas } from './tables.ts'

/**
 * Ends all replication of a relocation: subscriptions, slots, publications, markers. What is gone already is passed
 * over. Throws when a database cannot be reached, after the other one has been cleaned.
 */
export async function endReplication(
  { source, target }: { source: Pool; target: Pool },
  relocation: string,
): Promise<void> {
  // Subscriptions first: a slot cannot be dropped while it is read from.
  const dropped = await Promise.allSettled([
    dropReceiver(target, source, relocation, 'forth'),
    dropReceiver(source, target, relocation, 'back'),
  ])
  const cleaned = await Promise.allSettled([
    dropSender(source, relocation, 'forth'),
    dropSender(target, relocation, 'back'),
  ])
  for (const each of [...dropped, ...cleaned])
    if (each.status === 'rejected' && !isMissing(each.reason)) throw each.reason
}

/** invalid_catalog_name: a database that is not there holds nothing. */
function isMissing(error: unknown): boolean {
  return sqlState(error) === '3D000'
}

async function dropReceiver(
  taker: Pool,
  giver: Pool,
  relocation: string,
  direction: Direction,
): Promise<void> {
  const name = streamName(relocation, direction)
  const copySlots = await listCopySlots(taker, name)
  await dropSubscription(taker, name)
  for (const slot of copySlots) await dropSlot(giver, slot)
}

async function dropSender(giver: Pool, relocation: string, direction: Direction): Promise<void> {
  const name = streamName(relocation, direction)
  await dropSlot(giver, name)
  await dropPublication(giver, name)
  const [control] = await giver<{ found: boolean }[]>`
    select to_regclass('pando.replication_marker') is not null as found`
  if (control!.found) await deleteMarkers(giver, relocation)
}

/**
 * Drops the schemas of modules that have left this database by this relocation; the fence and the word where they are
 * stay. Throws when they have not left.
 */
export async function dropLeftSchemas(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
): Promise<void> {
  if (!(await isSealed(sql, relocation, modules))) {
    throw new Error(
      `Cannot drop the tables of ${modules.join(', ')}: they have not left this database. Ask for "pando migration status"`,
    )
  }
  await dropSchemas(sql, modules)
}

/** Drops the schemas of modules whatever is in them: of a copy that is not needed. */
export async function dropSchemas(sql: Pool, modules: readonly string[]): Promise<void> {
  try {
    for (const schema of await listSchemas(sql, modules)) {
      await transaction(sql, async (tx) => {
        // Who reads for long is not waited for with everybody behind.
        await tx`set local lock_timeout = '2s'`
        await tx.unsafe(`drop schema if exists ${quoteName(schema)} cascade`)
      })
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
