import type { Sql } from '#runtime/database/pool.ts'
import type { Account } from '../contract.ts'

export interface AccountRow {
  id: string
  email: string
  name: string
  verified: boolean
  createdAt: Date
}

/** The columns of an `AccountRow`, of a table or alias `customer`. */
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

/** Adds an unconfirmed account with its verification token; tells whether the address has a confirmed one. */
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
): Promise<{ known: boolean }> {
  const [row] = await sql<{ known: boolean }[]>`
    with added as (
      insert into accounts.customer (id, email, email_key, name, password_hash, created_at)
      values (${customer.id}, ${customer.email}, ${customer.emailKey}, ${customer.name}, ${customer.passwordHash},
              ${customer.createdAt})
      returning id
    ), token as (
      insert into accounts.mail_token (token_hash, purpose, customer_id, expires_at)
      select ${customer.tokenHash}, 'verification', id, ${customer.tokenExpiresAt} from added
    )
    select exists (
      select from accounts.customer where email_key = ${customer.emailKey} and verified_at is not null) as known`
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
): Promise<{ emailKey: string; passwordHash: string } | undefined> {
  const [row] = await sql<{ emailKey: string; passwordHash: string }[]>`
    select email_key as "emailKey", password_hash as "passwordHash" from accounts.customer where id = ${customerId}`
  return row
}

/** Changes what is given; answers undefined when there is no such customer. */
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
 * Makes this the confirmed account of its address, unless another one is; tells whether it is now. Those who confirm
 * one address wait for each other until their transaction ends.
 */
export async function confirmAddress(sql: Sql, customerId: string, now: Date): Promise<boolean> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended('accounts.customer ' || email_key, 0))
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
