import type { Pool } from '../database/pool.ts'
import type { Direction } from './names.ts'
import type { RelocationPlan, RelocationState, StepRecord } from './relocation.ts'
import type { StepName } from './steps.ts'

/** A relocation as recorded in the home database. */
export interface Relocation {
  plan: RelocationPlan
  step: StepName
  direction: Direction
  state: RelocationState
  history: readonly StepRecord[]
  pauseMs: number | null
  rows: number | null
  error: string | null
  createdAt: Date
  updatedAt: Date
}

/** Records a new relocation. Throws when another one is unfinished. */
export async function insertRelocation(sql: Pool, plan: RelocationPlan): Promise<void> {
  const rows = await sql`
    insert into pando.relocation (id, plan, step, state)
    values (${plan.id}, ${sql.json(plan as never)}, 'preflight', 'running')
    on conflict do nothing returning id`
  if (rows.length > 0) return
  const other = await readUnfinished(sql)
  if (other?.plan.id !== plan.id) {
    throw new Error(
      `Cannot start: the move of ${other?.plan.modules.join(', ') ?? 'other modules'} has not ended. Run "pando migration resume" or "pando migration rollback" first`,
    )
  }
}

/** Updates the given members of a relocation. Only `error` can be set to null. */
export async function updateRelocation(
  sql: Pool,
  id: string,
  change: Partial<
    Pick<Relocation, 'step' | 'direction' | 'state' | 'history' | 'pauseMs' | 'rows' | 'error'>
  >,
): Promise<void> {
  const { step, state, history, pauseMs, rows, error } = change
  const direction = change.direction && STORED[change.direction]
  await sql`
    update pando.relocation
    set step = coalesce(${step ?? null}, step), direction = coalesce(${direction ?? null}, direction),
      state = coalesce(${state ?? null}, state), history = coalesce(${history ? sql.json(history as never) : null}, history),
      pause_ms = coalesce(${pauseMs ?? null}, pause_ms), rows = coalesce(${rows ?? null}, rows),
      error = case when ${error === undefined} then error else ${error ?? null}::text end, updated_at = now()
    where id = ${id}`
}

/** The unfinished relocation, if there is one. */
export async function readUnfinished(sql: Pool): Promise<Relocation | undefined> {
  const [row] = await sql<Relocation[]>`
    select ${columns(sql)} from pando.relocation where state in ('running', 'failed', 'rolling back')`
  return row
}

/** The relocation with this id. Throws when there is none. */
export async function readRelocation(sql: Pool, id: string): Promise<Relocation> {
  const [row] = await sql<Relocation[]>`select ${columns(sql)} from pando.relocation where id = ${id}`
  if (!row) throw new Error(`Cannot find the relocation "${id}"`)
  return row
}

/** All relocations, the newest first. */
export function listRelocations(sql: Pool): Promise<Relocation[]> {
  return sql<Relocation[]>`select ${columns(sql)} from pando.relocation order by created_at desc, id desc`
}

/** The directions in the table, which keeps the words of version 0.1.0. */
const STORED: Record<Direction, string> = { forward: 'forth', backward: 'back' }

function columns(sql: Pool) {
  return sql`plan, step, case direction when ${STORED.forward} then 'forward' else 'backward' end as direction,
    state, history, pause_ms as "pauseMs", rows, error, created_at as "createdAt", updated_at as "updatedAt"`
}

/** Whether this database has the table of relocations. Does not create it. */
export async function hasStore(sql: Pool): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select to_regclass('pando.relocation') is not null as found`
  return row!.found
}
