import type { Sql } from '#runtime/database/pool.ts'

/** The id of the customer whose address a token verifies. Returns undefined for an unknown or expired token. */
export async function findVerificationToken(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<string | undefined> {
  const [row] = await sql<{ customerId: string }[]>`
    select customer_id as "customerId" from accounts.mail_token
    where token_hash = ${tokenHash} and purpose = 'verification' and expires_at > ${now}`
  return row?.customerId
}

export interface ResetToken {
  customerId: string
  emailKey: string
  name: string
  /** Whether the account's address is confirmed already. */
  verified: boolean
}

/** The account whose password a token may set. Returns undefined for an unknown or expired token. */
export async function findResetToken(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<ResetToken | undefined> {
  const [row] = await sql<ResetToken[]>`
    select customer.id as "customerId", customer.email_key as "emailKey", customer.name,
      customer.verified_at is not null as verified
    from accounts.mail_token as token join accounts.customer on customer.id = token.customer_id
    where token.token_hash = ${tokenHash} and token.purpose = 'password reset' and token.expires_at > ${now}`
  return row
}

/** Deletes a token and the customer's other reset tokens. Returns false when the token was used in the meantime. */
export async function useResetToken(sql: Sql, tokenHash: Buffer, customerId: string): Promise<boolean> {
  const used = await sql<{ tokenHash: Buffer }[]>`
    delete from accounts.mail_token where customer_id = ${customerId} and purpose = 'password reset'
    returning token_hash as "tokenHash"`
  return used.some((row) => row.tokenHash.equals(tokenHash))
}

/** Invalidates the customer's reset tokens, after the password was changed without one. */
export async function deleteResetTokens(sql: Sql, customerId: string): Promise<void> {
  await sql`delete from accounts.mail_token where customer_id = ${customerId} and purpose = 'password reset'`
}
