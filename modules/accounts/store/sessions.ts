import type { Sql } from '#runtime/database/pool.ts'
import type { Account } from '../contract.ts'
import { type AccountRow, accountColumns, toAccount } from './customers.ts'
import { type Attempt, refundAttempts } from './failed-attempts.ts'

/**
 * Opens a session for the account with this email address and password; a confirmed account takes precedence. Then
 * refunds the attempts. Returns undefined when no account matches.
 */
export async function openSession(
  sql: Sql,
  credentials: { emailKey: string; passwordHash: string },
  attempts: readonly Attempt[],
  session: { id: string; tokenHash: Buffer; now: Date; expiresAt: Date },
): Promise<Account | undefined> {
  const [row] = await sql<AccountRow[]>`
    with customer as materialized (
      select id, email, name, verified_at, created_at from accounts.customer
      where email_key = ${credentials.emailKey} and password_hash = ${credentials.passwordHash}
      order by verified_at is null, created_at desc, id desc
      limit 1
    ), opened as (
      insert into accounts.session (id, token_hash, customer_id, touched_at, expires_at)
      select ${session.id}, ${session.tokenHash}, id, ${session.now}, ${session.expiresAt} from customer
    )
    select ${accountColumns(sql)} from customer`
  if (!row) return undefined
  await refundAttempts(sql, attempts)
  return toAccount(row)
}

export interface SessionRow {
  id: string
  customerId: string
  touchedAt: Date
}

/** Finds a session that has not expired. */
export async function findSession(sql: Sql, tokenHash: Buffer, now: Date): Promise<SessionRow | undefined> {
  const [row] = await sql<SessionRow[]>`
    select id, customer_id as "customerId", touched_at as "touchedAt"
    from accounts.session where token_hash = ${tokenHash} and expires_at > ${now}`
  return row
}

/** Records a use of the session, unless another request has recorded a later one. */
export async function touchSession(sql: Sql, id: string, now: Date, expiresAt: Date): Promise<void> {
  await sql`
    update accounts.session set touched_at = ${now}, expires_at = ${expiresAt}
    where id = ${id} and touched_at < ${now}`
}

export async function endSession(sql: Sql, id: string): Promise<void> {
  await sql`delete from accounts.session where id = ${id}`
}

/** Ends all sessions of the customer, except the one with the id `except`. Default: all. */
export async function endSessions(sql: Sql, customerId: string, except?: string): Promise<void> {
  await sql`delete from accounts.session where customer_id = ${customerId} and id <> ${except ?? ''}`
}
