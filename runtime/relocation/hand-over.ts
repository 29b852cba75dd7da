import type { Sql } from '../database/pool.ts'
import { PASS } from './control-schema.ts'
import { quoteName, quoteText } from './names.ts'

/** What has to be handed over beside the rows; it is found out before writers wait. */
export interface HandOver {
  /** Sequences, of identity columns too. */
  sequences: readonly { schema: string; name: string }[]
  /** Modules that keep workflows. */
  workflows: readonly string[]
}

/** Looks what there is to be handed over. Throws when the taker lacks a sequence. */
export async function planHandOver(giver: Sql, taker: Sql, modules: readonly string[]): Promise<HandOver> {
  const list = modules as string[]
  const read = (sql: Sql) => sql<{ schema: string; name: string }[]>`
    select schemaname as schema, sequencename as name from pg_sequences
    where schemaname = any(${list}::text[]) order by schemaname, sequencename`
  const [sequences, taken, workflows] = await Promise.all([
    read(giver),
    read(taker),
    taker<{ schema: string }[]>`
      select nspname as schema from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = any(${list}::text[]) and relname = 'pando_workflow'`,
  ])
  for (const { schema, name } of sequences)
    if (!taken.some((own) => own.schema === schema && own.name === name))
      throw new Error(`Cannot hand over the sequence ${schema}.${name}: the target has none of that name`)
  return { sequences: [...sequences], workflows: workflows.map(({ schema }) => schema) }
}

/**
 * Does at the side that takes the modules what replication does not: sequences go on from where they stopped, and the
 * leases of workflows that ran on the other side end, so that they go on at once. `settles`: the modules come to stay, so
 * nothing there says any more that they had left. A repeat changes nothing more.
 */
export async function handOver(
  giver: Sql,
  taker: Sql,
  modules: readonly string[],
  { plan, settles = false }: { plan?: HandOver; settles?: boolean } = {},
): Promise<void> {
  const { sequences, workflows } = plan ?? (await planHandOver(giver, taker, modules))
  const values = await readSequences(giver, sequences)
  const names = modules.map(quoteText).join(', ')
  // Writers wait: all in one message, which is one transaction.
  await taker
    .unsafe(
      [
        // Where the modules come back to, the fence still stands.
        `select set_config('synchronous_commit', 'on', true), set_config(${quoteText(PASS)}, 'on', true)`,
        // Something is written in any case, so that the commit waits until all that replication wrote before is on the disk.
        `select pg_logical_emit_message(true, 'pando', 'hand over')`,
        ...values.map(
          ({ sequence, value, called }) => `select setval(${quoteText(sequence)}, ${value}, ${called})`,
        ),
        ...workflows.map(
          (schema) =>
            `update ${quoteName(schema)}.pando_workflow set wake_at = now() where status in ('running', 'undoing')`,
        ),
        ...(settles
          ? [
              `delete from pando.fence where module in (${names})`,
              `delete from pando.moved where module in (${names})`,
            ]
          : []),
      ].join(';\n'),
    )
    .simple()
}

async function readSequences(
  sql: Sql,
  sequences: HandOver['sequences'],
): Promise<{ sequence: string; value: string; called: boolean }[]> {
  if (sequences.length === 0) return []
  const selects = sequences.map(({ schema, name }) => {
    const sequence = `${quoteName(schema)}.${quoteName(name)}`
    return `select ${quoteText(sequence)} as sequence, last_value::text as value, is_called as called from ${sequence}`
  })
  return [
    ...(await sql.unsafe<{ sequence: string; value: string; called: boolean }[]>(
      selects.join(' union all '),
    )),
  ]
}
