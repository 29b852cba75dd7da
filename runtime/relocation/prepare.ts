import { ensureDatabase } from '../database/ensure-database.ts'
import { sqlState } from '../database/errors.ts'
import { migrate } from '../database/migrate.ts'
import type { Pool } from '../database/pool.ts'
import { ensureControlSchema } from './control-schema.ts'
import { readyFence } from './fence.ts'
import { measureLag } from './marker.ts'
import { streamName } from './names.ts'
import { readCopyProgress, readStream } from './progress.ts'
import type { RelocationContext } from './relocation-context.ts'
import {
  dropSlot,
  dropSubscription,
  hasSubscription,
  makePublication,
  makeSlot,
  makeSubscription,
  pointSubscription,
} from './replication.ts'
import { interruptible, PermanentError, rest } from './retry.ts'
import { listTables } from './tables.ts'

/** Makes the tables at the target and begins to copy into them; the processes there get ready. */
export async function prepare(context: RelocationContext): Promise<void> {
  const { plan, moved, migratables, source, target, control, signal } = context
  if (moved.length > 0) {
    const { id, sourceUrl, targetUrl } = plan
    await ensureDatabase(targetUrl)
    const [forth, back] = [streamName(id, 'forth'), streamName(id, 'back')]
    await Promise.all([ensureControlSchema(source), ensureControlSchema(target)])
    await migrate(target, migratables)
    await compareMigrations(source, target, moved)
    if (!(await hasSubscription(target, forth))) {
      // A way back that an earlier attempt left would take the emptying to the source.
      await dropSubscription(source, back)
      await dropSlot(target, back)
      // Migrations may have brought rows of their own, which are at the source too.
      await empty(target, moved)
    }
    await makePublication(source, { name: forth, relocation: id, modules: moved })
    await makePublication(target, { name: back, relocation: id, modules: moved })
    await makeSlot(source, forth)
    await makeSubscription(target, { name: forth, from: sourceUrl, copyData: true })
  }
  await interruptible(() => control.prepare(plan, 'forth'), signal)
}

async function compareMigrations(source: Pool, target: Pool, modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    const read = (sql: Pool) => sql<{ name: string; checksum: string }[]>`
      select name, checksum from ${sql(module)}.pando_migration order by name`
    const [ours, theirs] = await Promise.all([read(source), read(target)])
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      throw new PermanentError(
        `the tables of "${module}" were made by other migrations at the target than at the source: restart the shop with one version of Pando`,
      )
    }
  }
}

async function empty(target: Pool, modules: readonly string[]): Promise<void> {
  const tables = (await listTables(target, modules)).map((table) => table.quoted)
  await target.unsafe(`truncate ${tables.join(', ')}`)
}

const LOOK_MS = 100

/** A copy that fails this often without getting on will fail again. */
const MAX_FAILURES = 6

/** Waits until all rows are at the target. */
export async function copy(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, signal, onProgress } = context
  if (moved.length === 0) return
  const forth = streamName(plan.id, 'forth')
  let best = { copied: -1, failures: 0 }
  for (;;) {
    const progress = await readCopyProgress({ source, target }, plan.id, moved)
    if (progress.complete) return
    const stream = await readStream(source, forth)
    checkStream(stream)
    onProgress({ rows: progress.rows, ...(stream ? { lagBytes: stream.lagBytes } : {}) })
    if (progress.rows.copied > best.copied)
      best = { copied: progress.rows.copied, failures: progress.failures }
    if (progress.failures - best.failures > MAX_FAILURES) {
      throw new PermanentError(
        `PostgreSQL failed ${progress.failures} times to copy a table: the log of the target's server says why. Roll back, and begin again when that is mended`,
      )
    }
    await rest(LOOK_MS, signal)
  }
}

function checkStream(stream: { lost: boolean } | undefined): void {
  if (!stream) {
    throw new PermanentError(
      'the replication slot is gone: somebody has dropped it. Roll back, and begin again',
    )
  }
  if (stream.lost) {
    throw new PermanentError(
      'the server of the source has thrown away changes before the target had them: set max_slot_wal_keep_size higher, roll back, and begin again',
    )
  }
}

const SMALL_LAG_MS = 150
const LAG_TIMEOUT_MS = 2000

/** Opens the way back and waits until the target is so close behind that the cutover will be short. */
export async function catchUp(context: RelocationContext): Promise<void> {
  const { plan, moved, source, target, control, signal } = context
  // After a restart of the shop the processes have to get ready again.
  await interruptible(() => control.prepare(plan, 'forth'), signal)
  if (moved.length === 0) return
  const { id, targetUrl } = plan
  const back = streamName(id, 'back')
  await makeSlot(target, back)
  await makeSubscription(source, { name: back, from: targetUrl, copyData: false })
  signal.throwIfAborted()
  for (const { quoted } of await listTables(target, moved)) await target.unsafe(`analyze ${quoted}`)
  await readyFence(source, moved)
  await awaitSmallLag(context, 'back')
  await awaitSmallLag(context, 'forth')
}

/** Waits until a marker gets to the other side quickly. */
export async function awaitSmallLag(context: RelocationContext, direction: 'forth' | 'back'): Promise<void> {
  const { plan, source, target, signal, onProgress } = context
  const [giver, taker] = direction === 'forth' ? [source, target] : [target, source]
  for (;;) {
    const stream = await readStream(giver, streamName(plan.id, direction))
    checkStream(stream)
    onProgress({ lagBytes: stream!.lagBytes })
    const lagMs = await measureLag({ giver, taker }, plan.id, LAG_TIMEOUT_MS)
    signal.throwIfAborted()
    if (lagMs !== undefined && lagMs < SMALL_LAG_MS) return
    onProgress({
      note:
        lagMs === undefined ? 'the other side is behind' : `the other side is ${Math.round(lagMs)} ms behind`,
    })
    if (lagMs !== undefined) await rest(LOOK_MS, signal)
  }
}

/** Tells the subscriptions that there are where the other side is now. A database that is not there has none. */
export async function pointSubscriptions({ plan, moved, source, target }: RelocationContext): Promise<void> {
  if (moved.length === 0) return
  const { id, sourceUrl, targetUrl } = plan
  await pointSubscription(source, streamName(id, 'back'), targetUrl)
  await pointSubscription(target, streamName(id, 'forth'), sourceUrl).catch((error: unknown) => {
    // invalid_catalog_name: the target's database has not been made yet.
    if (sqlState(error) !== '3D000') throw error
  })
}
