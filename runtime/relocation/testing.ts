import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { type Migratable, migrate } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import { ensureControlSchema, ensureHomeSchema } from './control-schema.ts'
import { streamName } from './names.ts'
import { readCopyProgress } from './progress.ts'
import type { RelocationPlan } from './relocation.ts'
import { createPublication, createSlot, createSubscription } from './replication.ts'
import { endReplication } from './retire.ts'

/** A module with two tables, one sequence and a foreign key. */
export const TILL: Migratable = {
  name: 'till',
  directory: fileURLToPath(new URL('fixtures/till', import.meta.url)),
}

export interface Pair {
  source: Pool
  target: Pool
  plan: RelocationPlan
}

let count = 0

/**
 * Creates two databases: the first has the module `till` with `sales` sales, the second is empty. Dropped after the
 * test.
 */
export async function openPair({
  sales = 3,
  targetUrl,
}: {
  sales?: number
  targetUrl?: string
} = {}): Promise<Pair> {
  const from = await createDatabase()
  const to = targetUrl === undefined ? await createDatabase() : { url: targetUrl, drop: async () => {} }
  const source = openPool({ url: from.url, max: 4, name: 'test' })
  const target = openPool({ url: to.url, max: 4, name: 'test' })
  const plan = planOf(from.url, to.url)
  onTestFinished(async () => {
    // PostgreSQL does not drop a database with a slot or a subscription.
    await endReplication({ source, target }, plan.id).catch(() => {})
    await Promise.all([source.end({ timeout: 1 }), target.end({ timeout: 1 })])
    await Promise.all([from.drop(), to.drop()])
  })
  await migrate(source, [TILL])
  await sell(source, sales)
  await ensureHomeSchema(source)
  return { source, target, plan }
}

export function planOf(sourceUrl: string, targetUrl: string): RelocationPlan {
  return {
    id: `rlc_${process.pid}_${++count}`,
    modules: ['till'],
    fromProcess: 'shop',
    toProcess: 'till',
    isNewProcess: true,
    sourceUrl,
    targetUrl,
    topologyBefore: { source: 'before.yaml', text: 'processes: {}' },
    topologyAfter: { source: 'after.yaml', text: 'processes: {}' },
  }
}

/** Inserts sales, each with a line, in one statement. */
export async function sell(sql: Pool, sales: number): Promise<void> {
  await sql`
    with sold as (
      insert into till.sale (id, amount, note)
      select 'sale_' || gen_random_uuid(), i, jsonb_build_object('i', i) from generate_series(1, ${sales}::int) as i
      returning id)
    insert into till.line (sale_id, ordinal, title) select id, 1, 'a line of ' || id from sold`
}

/** Creates two databases with replication in both directions, as before a cutover. */
export async function openReplicated(options?: Parameters<typeof openPair>[0]): Promise<Pair> {
  const pair = await openPair(options)
  await replicate(pair)
  return pair
}

/** Starts replication in both directions, and waits until all rows are copied. A repeat changes nothing. */
export async function replicate({ source, target, plan }: Pair): Promise<void> {
  const { id, modules, sourceUrl, targetUrl } = plan
  const [forward, backward] = [streamName(id, 'forward'), streamName(id, 'backward')]
  await ensureControlSchema(target)
  const { applied } = await migrate(target, [TILL])
  if (applied.length > 0) await target`truncate till.sale, till.line`
  await createPublication(source, { name: forward, relocation: id, modules })
  await createPublication(target, { name: backward, relocation: id, modules })
  await createSlot(source, forward)
  await createSubscription(target, { name: forward, senderUrl: sourceUrl, copyData: true })
  await until(async () => (await readCopyProgress({ source, target }, id, modules)).complete)
  await createSlot(target, backward)
  await createSubscription(source, { name: backward, senderUrl: targetUrl, copyData: false })
}

/** Waits until a condition holds. The time limit of the test ends the wait. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5)
}

/**
 * Inserts sales from `writers` parallel writers until `stop`, which returns the number of acknowledged sales and the
 * error codes of refused ones.
 */
export function keepSelling(
  sql: Pool,
  writers: number,
): { stop(): Promise<{ sold: number; refused: string[] }> } {
  let stopped = false
  let sold = 0
  const refused: string[] = []
  const all = Promise.all(
    Array.from({ length: writers }, async () => {
      while (!stopped) {
        try {
          await sell(sql, 1)
          sold++
        } catch (error) {
          refused.push((error as { code: string }).code)
          await sleep(1)
        }
      }
    }),
  )
  return {
    stop: async () => {
      stopped = true
      await all
      return { sold, refused }
    },
  }
}

/** Executes a write that replication does not send to the other side, as if it had come from there. */
export async function forge(sql: Pool, statement: string): Promise<void> {
  const origin = `pando_test_${crypto.randomUUID()}`
  await sql`select pg_replication_origin_create(${origin})`
  await transaction(sql, async (tx) => {
    await tx`select pg_replication_origin_session_setup(${origin})`
    await tx.unsafe(statement)
    await tx`select pg_replication_origin_session_reset()`
  })
  await sql`select pg_replication_origin_drop(${origin})`
}
