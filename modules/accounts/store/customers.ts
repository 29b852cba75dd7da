import type { Sql } from '#runtime/database/pool.ts'
import type { Account } from '../contract.ts'

/** Prefix of the advisory lock of an email address. Transactions that add or confirm an account hold the lock. */
const EMAIL_LOCK = 'accounts.customer '

export interface AccountRow {
  id: string
  email: string
  name: string
  verified: boolean
  createdAt: Date
}

/** Selects an `AccountRow` from a table or alias `customer`. */
export function accountColumns(sql: Sql) {
  return sql`customer.id, customer.email, customer.name, customer.verified_at is not null as verified, customer.created_at as "createdAt"`
}

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    verified: row.verified,
    createdAt: row.createdAt.toISOString(),
  }
}

/**
 * Adds an unconfirmed account, unless the email address has an account with this password: then the form was sent again.
 * Stores the verification token for the new or existing account and returns the account's id as `customerId`. If the
 * existing account is newer than `repeatedSince`, it stores no token and `customerId` is null: no email must be sent.
 * `known`: the email address has a confirmed account. Locks the email address until the transaction ends.
 */
export async function insertCustomer(
  sql: Sql,
  customer: {
    id: string
    email: string
    emailKey: string
    name: string
    passwordHash: string
    createdAt: Date
    tokenHash: Buffer
    tokenExpiresAt: Date
  },
  repeatedSince: Date,
): Promise<{ customerId: string | null; known: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${EMAIL_LOCK} || ${customer.emailKey}::text, 0))`
  const [row] = await sql<{ customerId: string | null; known: boolean }[]>`
    with existing as materialized (
      select id, created_at from accounts.customer
      where email_key = ${customer.emailKey} and password_hash = ${customer.passwordHash}
      order by verified_at is null, created_at desc, id desc
      limit 1
    ), added as (
      insert into accounts.customer (id, email, email_key, name, password_hash, created_at)
      select ${customer.id}, ${customer.email}, ${customer.emailKey}, ${customer.name}, ${customer.passwordHash},
             ${customer.createdAt}::timestamptz
      where not exists (select from existing)
      returning id
    ), recipient as (
      select id from added union all select id from existing where created_at <= ${repeatedSince}
    ), token as (
      insert into accounts.mail_token (token_hash, purpose, customer_id, expires_at)
      select ${customer.tokenHash}::bytea, 'verification', id, ${customer.tokenExpiresAt}::timestamptz from recipient
    )
    select (select id from recipient) as "customerId",
           exists (select from accounts.customer
                   where email_key = ${customer.emailKey} and verified_at is not null) as known`
  return row!
}

export async function findAccount(sql: Sql, customerId: string): Promise<Account | undefined> {
  const [row] = await sql<AccountRow[]>`
    select ${accountColumns(sql)} from accounts.customer where id = ${customerId}`
  return row && toAccount(row)
}

export async function findPasswordHash(
  sql: Sql,
  customerId: string,
): Promise<{ emailKey: string; name: string; passwordHash: string } | undefined> {
  const [row] = await sql<{ emailKey: string; name: string; passwordHash: string }[]>`
    select email_key as "emailKey", name, password_hash as "passwordHash" from accounts.customer where id = ${customerId}`
  return row
}

/** Changes the members that are not undefined. Returns undefined when the customer does not exist. */
export async function updateCustomer(
  sql: Sql,
  customerId: string,
  change: { name: string | undefined; passwordHash: string | undefined },
): Promise<Account | undefined> {
  const [row] = await sql<AccountRow[]>`
    update accounts.customer
    set name = coalesce(${change.name ?? null}, name),
        password_hash = coalesce(${change.passwordHash ?? null}, password_hash)
    where id = ${customerId}
    returning ${accountColumns(sql)}`
  return row && toAccount(row)
}

/**
 * Makes this the confirmed account of its email address, unless another account is. Returns whether it is confirmed now.
 * Locks the email address until the transaction ends.
 */
export async function confirmEmail(sql: Sql, customerId: string, now: Date): Promise<boolean> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${EMAIL_LOCK} || email_key, 0))
    from accounts.customer where id = ${customerId}`
  const [row] = await sql<{ id: string }[]>`
    update accounts.customer
    set verified_at = coalesce(verified_at, ${now})
    where id = ${customerId} and not exists (
      select from accounts.customer as other
      where other.email_key = customer.email_key and other.verified_at is not null and other.id <> customer.id)
    returning id`
  return row !== undefined
}
