import type { Sql, Statement } from '#runtime/database/sql.ts'
import { money } from '#shared/money.ts'
import type { Intent } from '../contract.ts'
import { type ProviderStatus, type Status, statusesBefore } from '../rules/next-status.ts'

/** An intent with the members that are private to this module. */
export interface StoredIntent extends Intent {
  token: string
  capture: 'automatic' | 'manual'
  reference: string | null
  returnUrl: string | null
}

interface IntentRow {
  id: string
  order_id: string
  provider: string
  token: string
  amount: number
  currency: string
  capture: 'automatic' | 'manual'
  status: Status
  captured: number
  refunded: number
  reference: string | null
  action_url: string | null
  reason: string | null
  return_url: string | null
}

/** Selects an `IntentRow`. */
function intentColumns(sql: Sql): Statement {
  return sql`id, order_id, provider, token, amount, currency, capture, status, captured, refunded, reference, action_url,
    reason, return_url`
}

/** Adds an intent. Does nothing if the id exists. */
export async function insertIntent(
  sql: Sql,
  intent: {
    id: string
    orderId: string
    provider: string
    token: string
    amount: number
    currency: string
    capture: 'automatic' | 'manual'
    returnUrl: string | null
    at: Date
  },
): Promise<void> {
  await sql`
    insert into payments.intent
      (id, order_id, provider, token, amount, currency, capture, return_url, status, created_at, updated_at)
    values (${intent.id}, ${intent.orderId}, ${intent.provider}, ${intent.token}, ${intent.amount}, ${intent.currency},
      ${intent.capture}, ${intent.returnUrl}, 'created', ${intent.at}, ${intent.at})
    on conflict (id) do nothing`
}

export async function findIntent(sql: Sql, id: string): Promise<StoredIntent | undefined> {
  const [row] = await sql<IntentRow[]>`select ${intentColumns(sql)} from payments.intent where id = ${id}`
  return row && toIntent(row)
}

/**
 * Writes a provider's report if the rules of `next-status.ts` accept it. Deletes the return URL once the shopper has
 * nothing to do at the provider. Returns the changed intent; undefined when nothing changed, because the intent is
 * unknown or the report is outdated.
 */
export async function applyReport(
  sql: Sql,
  id: string,
  report: { status: ProviderStatus; reference?: string; actionUrl?: string; reason?: string; at: Date },
): Promise<StoredIntent | undefined> {
  const isCaptured = report.status === 'succeeded' || report.status === 'refunded'
  const [row] = await sql<IntentRow[]>`
    update payments.intent
    set status = ${report.status},
      captured = case when ${isCaptured} then amount else captured end,
      refunded = case when ${report.status === 'refunded'} then amount else refunded end,
      reference = coalesce(${report.reference ?? null}, reference),
      action_url = ${(report.status === 'requires_action' && report.actionUrl) || null},
      reason = ${report.reason ?? null},
      return_url = case when ${report.status === 'requires_action'} then return_url end,
      updated_at = ${report.at}
    where id = ${id} and status = any(${[...statusesBefore(report.status)]})
    returning ${intentColumns(sql)}`
  return row && toIntent(row)
}

/** Lists up to `limit` intents with an id greater than `after`, sorted by id. */
export async function listIntents(sql: Sql, after: string, limit: number): Promise<StoredIntent[]> {
  const rows = await sql<IntentRow[]>`
    select ${intentColumns(sql)} from payments.intent where id > ${after} order by id limit ${limit}`
  return rows.map(toIntent)
}

/** The public members of an intent. */
export function toPublicIntent(intent: StoredIntent): Intent {
  const { token, capture, reference, returnUrl, ...publicMembers } = intent
  return publicMembers
}

function toIntent(row: IntentRow): StoredIntent {
  return {
    id: row.id,
    orderId: row.order_id,
    provider: row.provider,
    amount: money(row.amount, row.currency),
    status: row.status,
    captured: money(row.captured, row.currency),
    refunded: money(row.refunded, row.currency),
    actionUrl: row.action_url,
    reason: row.reason,
    token: row.token,
    capture: row.capture,
    reference: row.reference,
    returnUrl: row.return_url,
  }
}
