import type { Pool } from '../database/pool.ts'
import { PASS } from './control-schema.ts'
import { quoteName, quoteText } from './names.ts'

/** A sequence, including those of identity columns. */
interface Sequence {
  schema: string
  name: string
}

/** Lists the sequences to hand over, before writers wait. Throws when the receiver lacks one. */
export async function planHandOver(
  sender: Pool,
  receiver: Pool,
  modules: readonly string[],
): Promise<Sequence[]> {
  const read = (sql: Pool) => sql<Sequence[]>`
    select schemaname as schema, sequencename as name from pg_sequences
    where schemaname = any(${modules as string[]}::text[]) order by schemaname, sequencename`
  const [sequences, received] = await Promise.all([read(sender), read(receiver)])
  for (const { schema, name } of sequences)
    if (!received.some((each) => each.schema === schema && each.name === name))
      throw new Error(
        `Cannot hand over the sequence ${schema}.${name}: the database that gets the modules has no sequence of that name`,
      )
  return [...sequences]
}

/**
 * Completes the state of the receiver before it may write: sets its sequences to the values of the sender, which
 * replication does not copy. `isFinal`: the modules stay at the receiver, so records of an earlier move away are
 * deleted there. A repeat changes nothing, and an aborted cutover needs no cleanup.
 */
export async function handOver(
  sender: Pool,
  receiver: Pool,
  modules: readonly string[],
  { sequences, isFinal = false }: { sequences?: readonly Sequence[]; isFinal?: boolean } = {},
): Promise<void> {
  const values = await readSequences(sender, sequences ?? (await planHandOver(sender, receiver, modules)))
  const names = modules.map(quoteText).join(', ')
  // One message, which is one transaction, because writers wait.
  await receiver.unsafe(
    [
      // Passes the fence, which a source to which the modules return still has.
      `select set_config('synchronous_commit', 'on', true), set_config(${quoteText(PASS)}, 'on', true)`,
      // A write in every case: its commit then waits until all earlier writes of the replication are on disk.
      `select pg_logical_emit_message(true, 'pando', 'hand over')`,
      ...values.map(
        ({ sequence, value, called }) => `select setval(${quoteText(sequence)}, ${value}, ${called})`,
      ),
      ...(isFinal
        ? [
            `delete from pando.fence where module in (${names})`,
            `delete from pando.moved where module in (${names})`,
          ]
        : []),
    ].join(';\n'),
  )
}

/**
 * Ends the leases of workflows and event lanes that the processes of the sender held, so that the receiver resumes them
 * at once. Leaves those that a replica of the process `toProcess` already holds.
 */
export async function endLeases(
  receiver: Pool,
  modules: readonly string[],
  toProcess: string,
): Promise<void> {
  await receiver.unsafe(
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
