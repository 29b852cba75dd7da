import { isDenied } from '../database/errors.ts'
import { createRole, type Migratable, migrateWithin } from '../database/migrate.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { rollBackAfter } from '../database/transaction.ts'
import { createControlSchema } from './control-schema.ts'
import { createFenceTrigger } from './fence.ts'
import { quoteName } from './names.ts'
import { truncateTables } from './prepare.ts'
import type { Problem } from './problem.ts'
import { explainRefusal } from './refusal.ts'
import { createPublication, createSlot, createSubscription } from './replication.ts'
import type { Side } from './side.ts'
import { MIGRATION_TABLE } from './tables.ts'

interface Trial {
  side: Side
  sql: Pool
  /** Whether the relocation creates the database of this side. Then `sql` is connected to another one of its server. */
  isMissing: boolean
  /** The id of the relocation. */
  relocation: string
  migratables: readonly Migratable[]
  /**
   * What the trial does with the tables of the modules in this database: publishes those that the shop uses, creates
   * and publishes them, or leaves them alone.
   */
  tables: 'publish' | 'create' | 'leave'
}

/** An autovacuum yields after a second to a transaction that waits for its lock. */
const LOCK_TIMEOUT_MS = 3000

/**
 * Runs the statements with which the steps of a relocation change one of its databases, and rolls them back. Returns
 * what PostgreSQL refuses, one problem for each statement: a savepoint keeps one failure from hiding the others.
 *
 * The shop is open, so no statement takes a lock on its tables for which a writer would wait. `create publication`
 * takes none, and needs ownership of each table, which suffices for the triggers of the fence. `create trigger` takes
 * one, so its trial is on the table of the applied migrations, which is written only when a process brings new ones.
 */
export async function trySide(trial: Trial): Promise<Problem[]> {
  const { side, sql, isMissing, relocation, migratables, tables } = trial
  const modules = migratables.map((module) => module.name)
  const problems: Problem[] = []

  /** Returns whether `work` succeeded. `act` names it in messages. */
  async function attempt(tx: Sql, act: string, work: () => Promise<void>): Promise<boolean> {
    await tx.unsafe('savepoint attempt')
    try {
      await work()
      return true
    } catch (error) {
      await tx.unsafe('rollback to savepoint attempt')
      problems.push(...(await explainRefusal(error, { act, side, sql: tx, modules })))
      return false
    }
  }

  // PostgreSQL refuses to create a slot in a transaction that has written.
  await rollBackAfter(sql, async (tx) => {
    await attempt(tx, 'replicate', () => tryTemporarySlot(tx, side.sends))
  })
  await rollBackAfter(sql, async (tx) => {
    await tx.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
    if (side.name === 'target')
      for (const module of modules) await attempt(tx, 'create roles', () => createRole(tx, module))
    if (isMissing) return
    const hasSchema = await attempt(tx, 'create the schema pando', () => createControlSchema(tx))
    if (!hasSchema || tables === 'leave') return
    if (tables === 'create') {
      const isCreated = await attempt(tx, 'create the tables', async () => {
        await migrateWithin(tx, migratables)
        await truncateTables(tx, modules)
      })
      if (!isCreated) return
    }
    await attempt(tx, 'publish the tables', () =>
      createPublication(tx, { name: side.sends, relocation, modules }),
    )
    for (const module of modules)
      await attempt(tx, 'create triggers', () =>
        createFenceTrigger(tx, `${quoteName(module)}.${MIGRATION_TABLE}`),
      )
  })
  // Connects to the other side, which may take seconds: the locks of the other statements must have ended.
  await rollBackAfter(sql, async (tx) => {
    await attempt(tx, 'create subscriptions', () =>
      createSubscription(tx, {
        name: side.receives,
        senderUrl: side.otherUrl,
        copyData: side.name === 'target',
      }),
    )
  })
  return problems
}

const SLOT_TIMEOUT_MS = 1000

/**
 * Creates a slot and drops it: a slot does not belong to a transaction. PostgreSQL first checks the right, and then
 * waits for all running transactions, for which this does not wait. `checkServer` reports the lack of slots.
 */
async function tryTemporarySlot(tx: Sql, name: string): Promise<void> {
  await tx.unsafe(`set local statement_timeout = ${SLOT_TIMEOUT_MS}`)
  try {
    await createSlot(tx, name, { temporary: true })
    await tx`select pg_drop_replication_slot(${name})`
  } catch (error) {
    if (isDenied(error)) throw error
  }
}
