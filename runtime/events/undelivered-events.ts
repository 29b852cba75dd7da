import type { Sql } from '../database/sql.ts'

/** An event that one consumer has not handled: it waits, is parked, or was discarded. */
export interface UndeliveredEvent {
  /** The module whose outbox has the event. */
  module: string
  id: string
  /** `module.event`. */
  name: string
  consumer: string
  aggregate: string
  state: 'waiting' | 'parked' | 'discarded'
  /** How many times its consumer has refused it. */
  attempts: number
  /** The error of the last refusal. */
  error: string | null
  emittedAt: Date
  /** Only for a discarded event. */
  discardedAt?: Date
}

/** Selects the rows of one event, for one consumer or for all. */
export interface EventChoice {
  id: string
  consumer?: string | undefined
}

/** The state of an outbox. */
export interface OutboxState {
  /** At most MAX_COUNT + 1, since counting a million rows takes too long for a status check. */
  waiting: number
  /** At most MAX_COUNT + 1. */
  parked: number
  /** How many of the waiting events their consumers have refused SEVERAL_REFUSALS times or more; missing when none. */
  refused?: number
  /**
   * The oldest waiting event: its position, and how long it has waited by the database's clock, in milliseconds. Missing
   * when none waits.
   */
  oldest?: { position: number; ms: number }
}

/**
 * An outbox whose oldest event waits longer than this is stuck. Refusals alone do not delay an event that long: it is
 * parked after 8 attempts, with 25.4 s of waits between them.
 */
export const STUCK_MS = 60_000

/** A waiting event with this many refusals is reported before it is parked. */
const SEVERAL_REFUSALS = 3

export const MAX_COUNT = 10_000

/** A count of an OutboxState as text for people. */
export function formatCount(count: number): string {
  return count > MAX_COUNT ? `more than ${MAX_COUNT.toLocaleString('en')}` : String(count)
}

/** Reads the state of an outbox. The cost is limited, even for an outbox with millions of events. */
export async function readOutboxState(sql: Sql, schema: string): Promise<OutboxState> {
  const [row] = await sql<
    { waiting: number; refused: number; parked: number; position: number | null; ms: number | null }[]
  >`
    select waiting, refused, parked, oldest.position, oldest.ms
    from (
      select count(*) as waiting, count(*) filter (where attempts >= ${SEVERAL_REFUSALS}) as refused from (
        select attempts from ${sql(schema)}.pando_outbox where parked_at is null limit ${MAX_COUNT + 1}) as first) as waiting
    cross join (
      select count(*) as parked from (
        select from ${sql(schema)}.pando_outbox where parked_at is not null limit ${MAX_COUNT + 1}) as first) as parked
    left join (
      select position, extract(epoch from clock_timestamp() - emitted_at)::float8 * 1000 as ms
      from ${sql(schema)}.pando_outbox where parked_at is null order by position limit 1) as oldest on true`
  const { waiting, refused, parked, position, ms } = row!
  return {
    waiting,
    parked,
    ...(refused > 0 ? { refused } : {}),
    ...(position === null ? {} : { oldest: { position, ms: Math.round(ms!) } }),
  }
}

/** Lists the events of an outbox, oldest first, parked events before waiting ones; at most `limit`. */
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
  return rows.map((row) => toUndelivered(schema, row))
}

/** Finds an event with its payload, once for each consumer that has not handled it. */
export async function findUndelivered(
  sql: Sql,
  schema: string,
  { id, consumer }: EventChoice,
): Promise<(UndeliveredEvent & { payload: unknown })[]> {
  const rows = await sql<(Row & { payload: unknown })[]>`
    select event_id, name, consumer, aggregate, attempts, error, emitted_at, parked_at, payload
    from ${sql(schema)}.pando_outbox
    where event_id = ${id} and (${consumer ?? null}::text is null or consumer = ${consumer ?? null}) order by position`
  return rows.map((row) => ({ ...toUndelivered(schema, row), payload: row.payload }))
}

/**
 * Makes an event due at once, with eight new attempts, before later waiting events of its aggregate. Returns the number
 * of rows.
 */
export async function retryEvent(sql: Sql, schema: string, { id, consumer }: EventChoice): Promise<number> {
  const { count } = await sql`
    update ${sql(schema)}.pando_outbox set parked_at = null, attempts = 0, due_at = '-infinity'
    where event_id = ${id} and (${consumer ?? null}::text is null or consumer = ${consumer ?? null})`
  return count
}

/**
 * Removes an event from the outbox permanently, and records it in pando_discarded_event. Returns the number of rows.
 */
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

/**
 * Lists the events discarded in the last 30 days with their payloads, newest first; with `id` only those of one event.
 */
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
    ...toUndelivered(schema, { ...row, parked_at: null }),
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

function toUndelivered(module: string, row: Row): UndeliveredEvent {
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
