import type { Pool } from '../database/pool.ts'
import { PASS } from './control-schema.ts'
import { quoteName, quoteText } from './names.ts'

/** A sequence, of an identity column too. */
interface Sequence {
  schema: string
  name: string
}

/** Looks which sequences must go on at the taker, before writers wait. Throws when the taker lacks one. */
export async function planHandOver(
  giver: Pool,
  taker: Pool,
  modules: readonly string[],
): Promise<Sequence[]> {
  const read = (sql: Pool) => sql<Sequence[]>`
    select schemaname as schema, sequencename as name from pg_sequences
    where schemaname = any(${modules as string[]}::text[]) order by schemaname, sequencename`
  const [sequences, taken] = await Promise.all([read(giver), read(taker)])
  for (const { schema, name } of sequences)
    if (!taken.some((own) => own.schema === schema && own.name === name))
      throw new Error(`Cannot hand over the sequence ${schema}.${name}: the target has none of that name`)
  return [...sequences]
}

/**
 * Does at the side that takes the modules what replication does not, before it may write: sequences go on from where they
 * stopped. `settles`: the modules come to stay, so nothing there says any more that they had left. A repeat changes nothing
 * more, nor does it matter when nothing comes of the move.
 */
export async function handOver(
  giver: Pool,
  taker: Pool,
  modules: readonly string[],
  { sequences, settles = false }: { sequences?: readonly Sequence[]; settles?: boolean } = {},
): Promise<void> {
  const values = await readSequences(giver, sequences ?? (await planHandOver(giver, taker, modules)))
  const names = modules.map(quoteText).join(', ')
  // Writers wait: all in one message, which is one transaction.
  await taker.unsafe(
    [
      // Where the modules come back to, the fence still stands.
      `select set_config('synchronous_commit', 'on', true), set_config(${quoteText(PASS)}, 'on', true)`,
      // Something is written in any case, so that the commit waits until all that replication wrote before is on the disk.
      `select pg_logical_emit_message(true, 'pando', 'hand over')`,
      ...values.map(
        ({ sequence, value, called }) => `select setval(${quoteText(sequence)}, ${value}, ${called})`,
      ),
      ...(settles
        ? [
            `delete from pando.fence where module in (${names})`,
            `delete from pando.moved where module in (${names})`,
          ]
        : []),
    ].join(';\n'),
  )
}

/**
 * Ends at the side that has got the modules the leases of workflows and of events that the other side had, so that they go
 * on at once.
 * What a replica of the process `toProcess` has taken up already is left alone.
 */
export async function endLeases(taker: Pool, modules: readonly string[], toProcess: string): Promise<void> {
  await taker.unsafe(
    modules
      .map(
        (module) => `
            update ${quoteName(module)}.pando_workflow set wake_at = now()
            where status in ('running', 'undoing') and not starts_with(runner, ${quoteText(`${toProcess}.`)});
            update ${quoteName(module)}.pando_lease set expires_at = '-infinity'
            where not starts_with(holder, ${quoteText(`${toProcess}.`)})`,
      )
      .join(';'),
  )
}

async function readSequences(
  sql: Pool,
  sequences: readonly Sequence[],
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
