import type { Sql, Statement } from '#runtime/database/sql.ts'
import { money } from '#shared/money.ts'
import type { Intent } from '../contract.ts'
import { type News, type Status, statusesBefore } from '../rules/next-status.ts'

/** An intent with what only this module needs to know. */
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

/** The columns of IntentRow. */
function intentColumns(sql: Sql): Statement {
  return sql`id, order_id, provider, token, amount, currency, capture, status, captured, refunded, reference, action_url,
    reason, return_url`
}

/** Records a new intent; one with this id stays as it is. */
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
 * Writes what a provider said, where the rule of `next-status.ts` believes it. Answers the intent as it is then, or
 * undefined when nothing changed: there is no such intent, or the news is old.
 */
export async function applyNews(
  sql: Sql,
  id: string,
  news: { status: News; reference?: string; actionUrl?: string; reason?: string; at: Date },
): Promise<StoredIntent | undefined> {
  const captures = news.status === 'succeeded' || news.status === 'refunded'
  const [row] = await sql<IntentRow[]>`
    update payments.intent
    set status = ${news.status},
      captured = case when ${captures} then amount else captured end,
      refunded = case when ${news.status === 'refunded'} then amount else refunded end,
      reference = coalesce(${news.reference ?? null}, reference),
      action_url = ${(news.status === 'requires_action' && news.actionUrl) || null},
      reason = ${news.reason ?? null},
      return_url = case when ${news.status === 'requires_action'} then return_url end,
      updated_at = ${news.at}
    where id = ${id} and status = any(${[...statusesBefore(news.status)]})
    returning ${intentColumns(sql)}`
  return row && toIntent(row)
}

/** Reads intents in the order of their ids, those after `after`. */
export async function listIntents(sql: Sql, after: string, limit: number): Promise<StoredIntent[]> {
  const rows = await sql<IntentRow[]>`
    select ${intentColumns(sql)} from payments.intent where id > ${after} order by id limit ${limit}`
  return rows.map(toIntent)
}

/** The part of an intent that other modules see. */
export function toPublicIntent(intent: StoredIntent): Intent {
  const { token, capture, reference, returnUrl, ...shown } = intent
  return shown
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
