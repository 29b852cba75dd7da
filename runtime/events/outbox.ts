import { newId } from '#shared/ids.ts'
import { waitAfter } from '../base/back-off.ts'
import type { DeliveredEvent, EmittedEvent } from '../call/events.ts'
import type { Sql } from '../database/sql.ts'

/** The names of the modules that react to each `module.event`. */
export type Subscribers = ReadonlyMap<string, readonly string[]>

/**
 * An undelivered event for one consumer. The module that has the outbox has emitted the event, or is the consumer and
 * stores an event of another module to retry it.
 */
export interface OutboxRow {
  position: number
  consumer: string
  event_id: string
  /** Without the module's name for own events; `module.event` for those of other modules. */
  name: string
  aggregate: string
  payload: unknown
  /** How many times the consumer has refused the event. */
  attempts: number
  /** When the event is retried; null while its consumer has not refused it. */
  due_at: Date | null
}

/** Writes one row for each event and consumer, in the emitting transaction. Events without consumers are not stored. */
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
 * Reads the events for one consumer above the position `floor`, oldest first, without the positions in `known` and the
 * events of `blocked` aggregates. Includes events that are not due yet, since later events of their aggregates wait for
 * them. In the table, `due_at` is `-infinity` for an event that was not refused.
 */
export async function readEvents(
  sql: Sql,
  schema: string,
  options: { consumer: string; floor: number; known: number[]; blocked: string[]; limit: number },
): Promise<OutboxRow[]> {
  const { consumer, floor, known, blocked, limit } = options
  return sql<OutboxRow[]>`
    select position, consumer, event_id, name, aggregate, payload, attempts, nullif(due_at, '-infinity') as due_at
    from ${sql(schema)}.pando_outbox
    where consumer = ${consumer} and position > ${floor} and parked_at is null
      and position not in (select unnest(${known}::bigint[]))
      and aggregate not in (select unnest(${blocked}::text[]))
    order by position
    limit ${limit}`
}

export async function deleteEvents(sql: Sql, schema: string, positions: number[]): Promise<void> {
  await sql`delete from ${sql(schema)}.pando_outbox where position = any(${positions})`
}

/** Records that the consumer of an event refused it, and either schedules the retry or parks the event. */
export async function recordRefusal(
  sql: Sql,
  schema: string,
  position: number,
  error: string,
  next: { dueAt: Date } | 'park',
): Promise<void> {
  const dueAt = next === 'park' ? null : next.dueAt
  await sql`
    update ${sql(schema)}.pando_outbox
    set attempts = attempts + 1, error = ${error}, due_at = coalesce(${dueAt}, due_at),
        parked_at = case when ${dueAt}::timestamptz is null then now() end
    where position = ${position} and parked_at is null`
}

/** When to retry an event that was refused `attempts` times. */
export function retryAt(now: Date, attempts: number): Date {
  return new Date(now.getTime() + waitAfter(attempts, { firstMs: 200, longestMs: 60_000 }))
}

/** Whether the consumer's own outbox has waiting events of this aggregate. */
export async function hasWaitingEvents(sql: Sql, consumer: string, aggregate: string): Promise<boolean> {
  const rows = await sql`
    select from ${sql(consumer)}.pando_outbox
    where consumer = ${consumer} and aggregate = ${aggregate} and parked_at is null limit 1`
  return rows.length > 0
}

/**
 * Writes an event of another module into its consumer's own outbox, unless the outbox has it already. `refusal`: why the
 * consumer refused the event, and when to retry it. Default: the consumer has not received it yet, because it waits for
 * an earlier event.
 */
export async function storeForRetry(
  sql: Sql,
  consumer: string,
  event: DeliveredEvent,
  refusal?: { error: string; dueAt: Date },
): Promise<void> {
  await sql`
    insert into ${sql(consumer)}.pando_outbox (consumer, event_id, name, aggregate, payload, attempts, due_at, error)
    select ${consumer}, ${event.id}, ${event.name}, ${event.aggregate}, ${JSON.stringify(event.payload)}::text::json,
      ${refusal ? 1 : 0}, coalesce(${refusal?.dueAt ?? null}, '-infinity'::timestamptz), ${refusal?.error ?? null}
    where not exists (
      select from ${sql(consumer)}.pando_outbox where consumer = ${consumer} and aggregate = ${event.aggregate} and event_id = ${event.id})`
}

/** The event as its consumer receives it. `schema`: the module that has the outbox with the row. */
export function eventOf(schema: string, row: OutboxRow): DeliveredEvent {
  const name = row.name.includes('.') ? row.name : `${schema}.${row.name}`
  return { id: row.event_id, name, aggregate: row.aggregate, payload: row.payload }
}

/** Counts waiting and parked events. */
export async function countEvents(sql: Sql, schema: string): Promise<{ waiting: number; parked: number }> {
  const [row] = await sql<{ waiting: number; parked: number }[]>`
    select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked
    from ${sql(schema)}.pando_outbox`
  return row!
}
