import type { IdempotencyKey, StoredFailure } from '../call/idempotency.ts'
import type { Sql } from '../database/pool.ts'
import type { WorkflowStatus } from '../module/workflow.ts'

/** The journal's entry of one workflow. */
export interface JournalEntry {
  id: string
  name: string
  status: WorkflowStatus
  /** The version of the workflow's list of steps that `nextStep` counts in. */
  version: number
  /** The index of the next step. During compensation, the number of steps that are not compensated yet. */
  nextStep: number
  state: object
  answer: unknown
  failure: StoredFailure | null
  /** How many times the current step has failed or made the workflow wait; the back-off grows with it. */
  attempts: number
  /**
   * A run ended unexpectedly, so steps after `nextStep` may have had an effect. Only `claimEntry` sets it in the journal,
   * and nothing resets it.
   */
  isUncertain: boolean
  /** When the workflow may be resumed: the end of its wait, or the end of its runner's lease while it runs. */
  wakeAt: Date | null
  deadlineAt: Date
}

export async function insertEntry(
  sql: Sql,
  schema: string,
  entry: JournalEntry,
  key: IdempotencyKey | undefined,
  runner: string,
): Promise<void> {
  await sql`
    insert into ${sql(schema)}.pando_workflow
      (id, name, key, input_hash, status, version, next_step, state, answer, failure, runner, attempts, wake_at, deadline_at,
        ended_at)
    values (${entry.id}, ${entry.name}, ${key?.hash ?? null}, ${key?.inputHash ?? null}, ${entry.status}, ${entry.version}, ${entry.nextStep},
      ${sql.json(entry.state)}, ${jsonOrNull(sql, entry.answer)}, ${jsonOrNull(sql, entry.failure)}, ${runner},
      ${entry.attempts}, ${entry.wakeAt}, ${entry.deadlineAt}, ${endedAt(entry)})`
}

/** Updates an entry of `runner`. Throws LostEntry when another runner has taken it over. */
export async function updateEntry(
  sql: Sql,
  schema: string,
  entry: JournalEntry,
  runner: string,
): Promise<void> {
  const rows = await sql`
    update ${sql(schema)}.pando_workflow
    set status = ${entry.status}, version = ${entry.version}, next_step = ${entry.nextStep}, state = ${sql.json(entry.state)},
      answer = ${jsonOrNull(sql, entry.answer)}, failure = ${jsonOrNull(sql, entry.failure)}, attempts = ${entry.attempts},
      wake_at = ${entry.wakeAt}, ended_at = ${endedAt(entry)},
      key = case when ${freesKey(entry.failure)}::boolean then null else key end
    where id = ${entry.id} and runner = ${runner} and status in ('running', 'undoing')
    returning 1`
  if (rows.length === 0) throw new LostEntry(entry.id)
}

/** Another runner has taken the workflow over. What this one did since was rolled back, or is idempotent. */
export class LostEntry extends Error {
  constructor(id: string) {
    super(`Cannot continue the workflow "${id}": another process has taken it over`)
  }
}

/**
 * Takes a workflow that waits, or whose runner's lease has ended; undefined when there is none, or when a newer version
 * of its steps wrote it. A workflow that was
 * running becomes uncertain.
 */
export async function claimEntry(
  sql: Sql,
  schema: string,
  id: string,
  claim: { runner: string; version: number; now: Date; leaseUntil: Date },
): Promise<JournalEntry | undefined> {
  const [row] = await sql<EntryRow[]>`
    update ${sql(schema)}.pando_workflow
    set runner = ${claim.runner}, wake_at = ${claim.leaseUntil},
      uncertain = uncertain or status = 'running',
      status = case when status = 'waiting' then 'running' else status end
    where id = ${id} and version <= ${claim.version}
      and (status = 'waiting' or (status in ('running', 'undoing') and wake_at <= ${claim.now}))
    returning id, name, status, version, next_step, state, answer, failure, attempts, uncertain, wake_at, deadline_at`
  return row && toEntry(row)
}

/** A workflow that may be resumed now. */
export interface Due {
  id: string
  name: string
  /** `waiting`: its wait is over; otherwise its runner's lease has ended. */
  status: 'running' | 'waiting' | 'undoing'
  version: number
}

/** Lists due workflows, the most overdue first. */
export async function listDue(sql: Sql, schema: string, now: Date, limit: number): Promise<Due[]> {
  return sql<Due[]>`
    select id, name, status, version from ${sql(schema)}.pando_workflow
    where status in ('running', 'waiting', 'undoing') and wake_at <= ${now}
    order by wake_at
    limit ${limit}`
}

/**
 * Ends the leases of ended runners, so that their workflows can be resumed at once: of runners whose names begin with
 * `runners`, and with `endsBefore` only leases that end before it.
 */
export async function releaseLeases(
  sql: Sql,
  schema: string,
  { runners, endsBefore = null, now }: { runners: string; endsBefore?: Date | null; now: Date },
): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_workflow set wake_at = ${now}
    where status in ('running', 'undoing') and starts_with(runner, ${runners})
      and wake_at < coalesce(${endsBefore}::timestamptz, 'infinity')`
}

/** Ends the leases of one runner on the given entries. */
export async function releaseEntries(
  sql: Sql,
  schema: string,
  ids: readonly string[],
  runner: string,
  now: Date,
): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_workflow set wake_at = ${now}
    where id = any(${ids as string[]}::text[]) and status in ('running', 'undoing') and runner = ${runner}`
}

export async function readStatus(sql: Sql, schema: string, id: string): Promise<WorkflowStatus | undefined> {
  const [row] = await sql<{ status: WorkflowStatus }[]>`
    select status from ${sql(schema)}.pando_workflow where id = ${id}`
  return row?.status
}

interface EntryRow {
  id: string
  name: string
  status: WorkflowStatus
  version: number
  next_step: number
  state: object
  answer: unknown
  failure: StoredFailure | null
  attempts: number
  uncertain: boolean
  wake_at: Date | null
  deadline_at: Date
}

function toEntry(row: EntryRow): JournalEntry {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    version: row.version,
    nextStep: row.next_step,
    state: row.state,
    isUncertain: row.uncertain,
    answer: row.answer,
    failure: row.failure,
    attempts: row.attempts,
    wakeAt: row.wake_at,
    deadlineAt: row.deadline_at,
  }
}

function jsonOrNull(sql: Sql, value: unknown) {
  return value === null || value === undefined ? null : sql.json(value as never)
}

/**
 * Whether a failure frees the idempotency key: it does not answer the request, which may be retried with the same key.
 */
function freesKey(failure: StoredFailure | null): boolean {
  return failure?.code === 'UNAVAILABLE'
}

function endedAt(entry: JournalEntry): Date | null {
  return entry.status === 'done' || entry.status === 'failed' ? new Date() : null
}
