import { newId } from '#shared/ids.ts'
import type { Sql } from '../database/pool.ts'

/** An event that a handler emitted, before it is stored. */
export interface EmittedEvent {
  name: string
  aggregate: string
  payload: unknown
}

/** Who reacts to `module.event`: names of modules. */
export type Subscribers = ReadonlyMap<string, readonly string[]>

/** An event on its way to one consumer. */
export interface OutboxRow {
  position: number
  consumer: string
  event_id: string
  name: string
  aggregate: string
  payload: unknown
  attempts: number
}

// Of two relays of one module only one works at a time: it keeps events of an aggregate in order. Any constant will do.
const RELAY_LOCK = 7_263_002

/** Writes one row for each event and consumer, in the emitting transaction. Events that nobody reacts to are not kept. */
export async function insertEvents(
  sql: Sql,
  schema: string,
  events: readonly EmittedEvent[],
  subscribers: Subscribers,
): Promise<void> {
  const rows = events.flatMap((event) => {
    const id = newId('evt')
    return (subscribers.get(`${schema}.${event.name}`) ?? []).map((consumer) => ({
      consumer,
      event_id: id,
      name: event.name,
      aggregate: event.aggregate,
      payload: event.payload,
    }))
  })
  if (rows.length === 0) return
  await sql`
    insert into ${sql(schema)}.pando_outbox (consumer, event_id, name, aggregate, payload)
    select consumer, event_id, name, aggregate, payload
    from jsonb_to_recordset(${sql.json(rows as never)}) as e (consumer text, event_id text, name text, aggregate text, payload jsonb)`
}

/**
 * Locks the module's outbox for this transaction and reads what is due, oldest first. Another relay's lock, or nothing
 * due, gives none. An event waits while an earlier one of its aggregate waits for the same consumer.
 */
export async function claimEvents(sql: Sql, schema: string, now: Date, limit: number): Promise<OutboxRow[]> {
  const rows = await sql<OutboxRow[]>`
    with relay as materialized (select pg_try_advisory_xact_lock(${RELAY_LOCK}, hashtext(${schema})) as mine)
    select position, consumer, event_id, name, aggregate, payload, attempts
    from ${sql(schema)}.pando_outbox as o
    where (select mine from relay) and parked_at is null and due_at <= ${now}
      and not exists (
        select from ${sql(schema)}.pando_outbox as earlier
        where earlier.consumer = o.consumer and earlier.aggregate = o.aggregate
          and earlier.position < o.position and earlier.parked_at is null and earlier.due_at > ${now})
    order by position
    limit ${limit}
    for update skip locked`
  return rows
}

export async function deleteEvents(sql: Sql, schema: string, positions: number[]): Promise<void> {
  await sql`delete from ${sql(schema)}.pando_outbox where position = any(${positions})`
}

/** Plans the next try of an event that its consumer refused; without `dueAt` it is parked for a person to look at. */
export async function postponeEvent(
  sql: Sql,
  schema: string,
  position: number,
  error: string,
  dueAt: Date | null,
): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_outbox
    set attempts = attempts + 1, error = ${error}, due_at = coalesce(${dueAt}, due_at),
        parked_at = case when ${dueAt}::timestamptz is null then now() end
    where position = ${position}`
}

/** Counts what is not delivered yet, parked events apart. */
export async function countEvents(sql: Sql, schema: string): Promise<{ waiting: number; parked: number }> {
  const [row] = await sql<{ waiting: number; parked: number }[]>`
    select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked
    from ${sql(schema)}.pando_outbox`
  return row!
}
