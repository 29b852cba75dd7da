import type { Sql } from '../database/sql.ts'

/** An event in an outbox that one consumer has not handled yet. */
export interface UndeliveredEvent {
  /** Whose outbox it is in. */
  module: string
  id: string
  /** `module.event`. */
  name: string
  consumer: string
  aggregate: string
  state: 'waiting' | 'parked' | 'discarded'
  /** How often its consumer has refused it. */
  attempts: number
  /** Why it did the last time. */
  error: string | null
  emittedAt: Date
  /** Of one that was given up. */
  discardedAt?: Date
}

/** Which rows are meant: those of one event, of one of its consumers or of all. */
export interface EventChoice {
  id: string
  consumer?: string | undefined
}

/** How an outbox is. */
export interface OutboxState {
  /** One more than MOST_COUNTED where there are more: counting a million takes too long for who only looks. */
  waiting: number
  /** As `waiting`. */
  parked: number
  /** The first event that waits: its position, and for how long by the clock of the database, in milliseconds. */
  oldest?: { position: number; ms: number }
}

/** An outbox whose oldest event waits for longer does not move: it takes 52 s until one that is refused is parked. */
export const STUCK_MS = 60_000

export const MOST_COUNTED = 10_000

/** A count of an OutboxState for people. */
export function showCount(count: number): string {
  return count > MOST_COUNTED ? `more than ${MOST_COUNTED.toLocaleString('en')}` : String(count)
}

/** Reads as much of an outbox with a million events as of one with ten thousand. */
export async function readOutboxState(sql: Sql, schema: string): Promise<OutboxState> {
  const [row] = await sql<{ waiting: number; parked: number; position: number | null; ms: number | null }[]>`
    select waiting, parked, oldest.position, oldest.ms
    from (
      select count(*) as waiting from (
        select from ${sql(schema)}.pando_outbox where parked_at is null limit ${MOST_COUNTED + 1}) as first) as waiting
    cross join (
      select count(*) as parked from (
        select from ${sql(schema)}.pando_outbox where parked_at is not null limit ${MOST_COUNTED + 1}) as first) as parked
    left join (
      select position, extract(epoch from clock_timestamp() - emitted_at)::float8 * 1000 as ms
      from ${sql(schema)}.pando_outbox where parked_at is null order by position limit 1) as oldest on true`
  const { waiting, parked, position, ms } = row!
  return { waiting, parked, ...(position === null ? {} : { oldest: { position, ms: Math.round(ms!) } }) }
}

/** The events of an outbox, oldest first, parked ones before those that wait; at most `limit`. */
export async function listUndelivered(
  sql: Sql,
  schema: string,
  { limit, state }: { limit: number; state?: 'waiting' | 'parked' | undefined },
): Promise<UndeliveredEvent[]> {
  const parked = state === undefined ? null : state === 'parked'
  const rows = await sql<Row[]>`
    select event_id, name, consumer, aggregate, attempts, error, emitted_at, parked_at
    from ${sql(schema)}.pando_outbox
    where ${parked}::bool is null or (parked_at is not null) = ${parked}::bool
    order by parked_at is null, position limit ${limit}`
  return rows.map((row) => keptOf(schema, row))
}

/** An event with its payload, once for each consumer that it is kept for. */
export async function findUndelivered(
  sql: Sql,
  schema: string,
  { id, consumer }: EventChoice,
): Promise<(UndeliveredEvent & { payload: unknown })[]> {
  const rows = await sql<(Row & { payload: unknown })[]>`
    select event_id, name, consumer, aggregate, attempts, error, emitted_at, parked_at, payload
    from ${sql(schema)}.pando_outbox
    where event_id = ${id} and (${consumer ?? null}::text is null or consumer = ${consumer ?? null}) order by position`
  return rows.map((row) => ({ ...keptOf(schema, row), payload: row.payload }))
}

/**
 * Lets an event be tried at once and eight times again, before later ones of its aggregate that wait. Answers how many
 * rows.
 */
export async function retryEvent(sql: Sql, schema: string, { id, consumer }: EventChoice): Promise<number> {
  const { count } = await sql`
    update ${sql(schema)}.pando_outbox set parked_at = null, attempts = 0, due_at = '-infinity'
    where event_id = ${id} and (${consumer ?? null}::text is null or consumer = ${consumer ?? null})`
  return count
}

/** Takes an event out of the outbox for good, and records it in pando_discarded_event. Answers how many rows. */
export async function discardEvent(sql: Sql, schema: string, { id, consumer }: EventChoice): Promise<number> {
  const { count } = await sql`
    with gone as (
      delete from ${sql(schema)}.pando_outbox
      where event_id = ${id} and (${consumer ?? null}::text is null or consumer = ${consumer ?? null})
      returning event_id, consumer, name, aggregate, payload, emitted_at, attempts, error)
    insert into ${sql(schema)}.pando_discarded_event
      (event_id, consumer, name, aggregate, payload, emitted_at, attempts, error)
    select event_id, consumer, name, aggregate, payload, emitted_at, attempts, error from gone
    on conflict (event_id, consumer) do update set discarded_at = now()`
  return count
}

/** Events that were given up in the last 30 days, with their payload: the newest first, or those of a choice. */
export async function listDiscarded(
  sql: Sql,
  schema: string,
  { limit, id }: { limit: number; id?: string | undefined },
): Promise<(UndeliveredEvent & { payload: unknown })[]> {
  const rows = await sql<(Row & { payload: unknown; discarded_at: Date })[]>`
    select event_id, name, consumer, aggregate, attempts, error, emitted_at, discarded_at, payload
    from ${sql(schema)}.pando_discarded_event
    where ${id ?? null}::text is null or event_id = ${id ?? null} order by discarded_at desc limit ${limit}`
  return rows.map((row) => ({
    ...keptOf(schema, { ...row, parked_at: null }),
    state: 'discarded',
    discardedAt: row.discarded_at,
    payload: row.payload,
  }))
}

interface Row {
  event_id: string
  name: string
  consumer: string
  aggregate: string
  attempts: number
  error: string | null
  emitted_at: Date
  parked_at: Date | null
}

function keptOf(module: string, row: Row): UndeliveredEvent {
  return {
    module,
    id: row.event_id,
    name: row.name.includes('.') ? row.name : `${module}.${row.name}`,
    consumer: row.consumer,
    aggregate: row.aggregate,
    state: row.parked_at ? 'parked' : 'waiting',
    attempts: row.attempts,
    error: row.error,
    emittedAt: row.emitted_at,
  }
}
