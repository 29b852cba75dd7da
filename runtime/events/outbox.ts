import { newId } from '#shared/ids.ts'
import type { DeliveredEvent } from '../call/dispatch.ts'
import type { Sql } from '../database/pool.ts'

/** An event that a handler emitted, before it is stored. */
export interface EmittedEvent {
  name: string
  aggregate: string
  payload: unknown
}

/** Who reacts to `module.event`: names of modules. */
export type Subscribers = ReadonlyMap<string, readonly string[]>

/** An event on its way to one consumer: of the module, or kept by it as the consumer of another module's. */
export interface OutboxRow {
  position: number
  consumer: string
  event_id: string
  /** Without its module, unless that is another one. */
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
    const payload = JSON.stringify(event.payload)
    return (subscribers.get(`${schema}.${event.name}`) ?? []).map(
      (consumer) => [consumer, id, event.name, event.aggregate, payload] as const,
    )
  })
  if (rows.length === 0) return
  const column = (index: number) => rows.map((row) => row[index]!)
  await sql`
    insert into ${sql(schema)}.pando_outbox (consumer, event_id, name, aggregate, payload)
    select consumer, event_id, name, aggregate, payload::json
    from unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[], ${column(4)}::text[])
      as e (consumer, event_id, name, aggregate, payload)`
}

/**
 * Locks the module's outbox for this transaction and reads what is due, oldest first. Another relay's lock, or nothing
 * due, gives none. An event waits while an earlier one of its aggregate waits for the same consumer. Those for
 * `unreachable` consumers are left alone, so that they are not in the way.
 */
export async function claimEvents(
  sql: Sql,
  schema: string,
  now: Date,
  limit: number,
  unreachable: readonly string[],
): Promise<OutboxRow[]> {
  const rows = await sql<OutboxRow[]>`
    with relay as materialized (select pg_try_advisory_xact_lock(${RELAY_LOCK}, hashtext(${schema})) as mine)
    select position, consumer, event_id, name, aggregate, payload, attempts
    from ${sql(schema)}.pando_outbox as o
    where (select mine from relay) and parked_at is null and due_at <= ${now}
      and consumer <> all(${unreachable as string[]}::text[])
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

/** When an event is tried again that was refused `attempts` times. */
export function retryAt(now: Date, attempts: number): Date {
  return new Date(now.getTime() + 100 * 2 ** attempts)
}

/** Whether events of this aggregate wait in the consumer's own outbox. */
export async function isWaitedFor(sql: Sql, consumer: string, aggregate: string): Promise<boolean> {
  const rows = await sql`
    select from ${sql(consumer)}.pando_outbox
    where consumer = ${consumer} and aggregate = ${aggregate} and parked_at is null limit 1`
  return rows.length > 0
}

/** Writes another module's event into its consumer's own outbox, where it is not yet. */
export async function keepEvent(
  sql: Sql,
  consumer: string,
  event: DeliveredEvent,
  { attempts, dueAt, error }: { attempts: number; dueAt: Date | null; error: string | null },
): Promise<void> {
  await sql`
    insert into ${sql(consumer)}.pando_outbox (consumer, event_id, name, aggregate, payload, attempts, due_at, error)
    select ${consumer}, ${event.id}, ${event.name}, ${event.aggregate}, ${JSON.stringify(event.payload)}::text::json,
      ${attempts}, coalesce(${dueAt}, '-infinity'::timestamptz), ${error}
    where not exists (
      select from ${sql(consumer)}.pando_outbox where consumer = ${consumer} and event_id = ${event.id})`
}

/** The event as its consumer gets it. `schema`: whose outbox the row is in. */
export function eventOf(schema: string, row: OutboxRow): DeliveredEvent {
  const name = row.name.includes('.') ? row.name : `${schema}.${row.name}`
  return { id: row.event_id, name, aggregate: row.aggregate, payload: row.payload }
}

/** Counts what is not delivered yet, parked events apart. */
export async function countEvents(sql: Sql, schema: string): Promise<{ waiting: number; parked: number }> {
  const [row] = await sql<{ waiting: number; parked: number }[]>`
    select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked
    from ${sql(schema)}.pando_outbox`
  return row!
}
