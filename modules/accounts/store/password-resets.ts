import type { Sql } from '#runtime/database/pool.ts'

/**
 * Stores a request, in the same time for addresses with and without an account. Does nothing while an earlier request
 * for the address waits.
 */
export async function insertResetRequest(sql: Sql, emailKey: string, now: Date): Promise<void> {
  await sql`
    insert into accounts.password_reset_request (email_key, requested_at) values (${emailKey}, ${now})
    on conflict (email_key) do nothing`
}

export async function hasResetRequests(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ waiting: boolean }[]>`
    select exists (select from accounts.password_reset_request) as waiting`
  return row!.waiting
}

export interface ResetAccount {
  customerId: string
  email: string
  name: string
}

/**
 * Deletes up to `limit` requests and returns the accounts of their addresses: the confirmed one, or else the newest.
 * Leaves out addresses without an account.
 */
export async function takeResetRequests(sql: Sql, limit: number): Promise<ResetAccount[]> {
  return sql<ResetAccount[]>`
    with taken as (
      delete from accounts.password_reset_request where email_key = any(array(
        select email_key from accounts.password_reset_request
        order by requested_at limit ${limit} for update skip locked))
      returning email_key
    )
    select account."customerId", account.email, account.name from taken cross join lateral (
      select id as "customerId", email, name from accounts.customer
      where customer.email_key = taken.email_key
      order by verified_at is null, created_at desc, id desc
      limit 1
    ) as account`
}

export async function insertResetTokens(
  sql: Sql,
  tokens: readonly { tokenHash: Buffer; customerId: string }[],
  expiresAt: Date,
): Promise<void> {
  await sql`
    insert into accounts.mail_token (token_hash, purpose, customer_id, expires_at)
    select token_hash, 'password reset', customer_id, ${expiresAt}
    from unnest(${tokens.map(({ tokenHash }) => tokenHash)}::bytea[], ${tokens.map(({ customerId }) => customerId)}::text[])
      as token (token_hash, customer_id)`
}
