import { ensureDatabase } from '../database/ensure-database.ts'
import { sqlState } from '../database/errors.ts'
import { migrate } from '../database/migrate.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { ensureControlSchema } from './control-schema.ts'
import { createFenceTriggers } from './fence.ts'
import { measureLag } from './marker.ts'
import { type Direction, streamName } from './names.ts'
import { readCopyProgress, readStream } from './progress.ts'
import type { RelocationContext } from './relocation-context.ts'
import {
  createPublication,
  createSlot,
  createSubscription,
  dropSlot,
  dropSubscription,
  hasSubscription,
  updateSubscription,
} from './replication.ts'
import { interruptible, PermanentError, pause } from './retry.ts'
import { listTables } from './tables.ts'

/** Creates the tables at the target, starts to copy into them, and prepares the processes of the target. */
export async function prepare(context: RelocationContext): Promise<void> {
  const { plan, moved, migratables, source, target, control, signal } = context
  if (moved.length > 0) {
    const { id, sourceUrl, targetUrl } = plan
    await ensureDatabase(targetUrl)
    const [forward, backward] = [streamName(id, 'forward'), streamName(id, 'backward')]
    await Promise.all([ensureControlSchema(source), ensureControlSchema(target)])
    await migrate(target, migratables)
    await compareMigrations(source, target, moved)
    if (!(await hasSubscription(target, forward))) {
      // The reverse replication of an earlier attempt would repeat the truncate at the source.
      await dropSubscription(source, backward)
      await dropSlot(target, backward)
      // Migrations may have inserted rows. They are at the source too, and will be copied.
      await truncateTables(target, moved)
    }
    await createPublication(source, { name: forward, relocation: id, modules: moved })
    await createPublication(target, { name: backward, relocation: id, modules: moved })
    await createSlot(source, forward)
    await createSubscription(target, { name: forward, senderUrl: sourceUrl, copyData: true })
  }
  await interruptible(() => control.prepare(plan, 'forward'), signal)
}

async function compareMigrations(source: Pool, target: Pool, modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    const read = (sql: Pool) => sql<{ name: string; checksum: string }[]>`
      select name, checksum from ${sql(module)}.pando_migration order by name`
    const [atSource, atTarget] = await Promise.all([read(source), read(target)])
    if (JSON.stringify(atSource) !== JSON.stringify(atTarget)) {
      throw new PermanentError(
        `the tables of "${module}" come from different migrations at the source and at the target: restart the shop with one version of Pando`,
      )
    }
  }
}

/** Empties the tables of the modules at the target. */
export async function truncateTables(target: Sql, modules: readonly string[]): Promise<void> {
  const tables = (await listTables(target, modules)).map((table) => table.quoted)
  await target.unsafe(`truncate ${tables.join(', ')}`)
}

const POLL_MS = 100

/** A copy that has failed more often than this without progress is given up. */
const MAX_FAILURES = 6

/** Waits until all rows are at the target. */
export async function copy(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, signal, onProgress } = context
  if (moved.length === 0) return
  const forward = streamName(plan.id, 'forward')
  let furthest = { copied: -1, failures: 0 }
  for (;;) {
    const progress = await readCopyProgress({ source, target }, plan.id, moved)
    if (progress.complete) return
    const stream = await readStream(source, forward)
    checkStream(stream)
    onProgress({ rows: progress.rows, ...(stream ? { lagBytes: stream.lagBytes } : {}) })
    if (progress.rows.copied > furthest.copied)
      furthest = { copied: progress.rows.copied, failures: progress.failures }
    if (progress.failures - furthest.failures > MAX_FAILURES) {
      throw new PermanentError(
        `PostgreSQL has failed to copy a table ${progress.failures} times: the log of the target's server has the reason. Roll back, fix it, and start again`,
      )
    }
    await pause(POLL_MS, signal)
  }
}

function checkStream(stream: { lost: boolean } | undefined): void {
  if (!stream) {
    throw new PermanentError(
      'the replication slot no longer exists: it was dropped by hand. Roll back, and start again',
    )
  }
  if (stream.lost) {
    throw new PermanentError(
      'the server of the source has discarded changes that the target had not received: set max_slot_wal_keep_size higher, roll back, and start again',
    )
  }
}

const SMALL_LAG_MS = 150
const LAG_TIMEOUT_MS = 2000

/** Starts the reverse replication, and waits until the lag is small, so that the cutover will be short. */
export async function catchUp(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, control, signal } = context
  // After a restart of the shop the processes must prepare again.
  await interruptible(() => control.prepare(plan, 'forward'), signal)
  if (moved.length === 0) return
  const { id, targetUrl } = plan
  const backward = streamName(id, 'backward')
  await createSlot(target, backward)
  await createSubscription(source, { name: backward, senderUrl: targetUrl, copyData: false })
  signal.throwIfAborted()
  for (const { quoted } of await listTables(target, moved)) await target.unsafe(`analyze ${quoted}`)
  await createFenceTriggers(source, moved)
  await awaitSmallLag(context, 'backward')
  await awaitSmallLag(context, 'forward')
}

/** Waits until a marker arrives at the other side within `SMALL_LAG_MS`. Throws when the slot is lost. */
export async function awaitSmallLag(context: RelocationContext, direction: Direction): Promise<void> {
  const { plan, source, target, signal, onProgress } = context
  const [sender, receiver] = direction === 'forward' ? [source, target] : [target, source]
  for (;;) {
    const stream = await readStream(sender, streamName(plan.id, direction))
    checkStream(stream)
    onProgress({ lagBytes: stream!.lagBytes })
    const lagMs = await measureLag({ sender, receiver }, plan.id, LAG_TIMEOUT_MS)
    signal.throwIfAborted()
    if (lagMs !== undefined && lagMs < SMALL_LAG_MS) return
    onProgress({
      note:
        lagMs === undefined
          ? `replication is more than ${LAG_TIMEOUT_MS} ms behind`
          : `replication is ${Math.round(lagMs)} ms behind`,
    })
    if (lagMs !== undefined) await pause(POLL_MS, signal)
  }
}

/** Updates the existing subscriptions to the present addresses of the other side. Ignores a missing target database. */
export async function updateSubscriptions({ plan, moved, source, target }: RelocationContext): Promise<void> {
  if (moved.length === 0) return
  const { id, sourceUrl, targetUrl } = plan
  await updateSubscription(source, streamName(id, 'backward'), targetUrl)
  await updateSubscription(target, streamName(id, 'forward'), sourceUrl).catch((error: unknown) => {
    // 3D000 invalid_catalog_name: the target database does not exist yet.
    if (sqlState(error) !== '3D000') throw error
  })
}
