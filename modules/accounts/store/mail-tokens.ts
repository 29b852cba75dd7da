import type { Sql } from '#runtime/database/pool.ts'

/** Whose account a verification token confirms. */
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
  /** Whether the account's address was confirmed before. */
  verified: boolean
}

/** Whose password a token may set. */
export async function findResetToken(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<ResetToken | undefined> {
  const [row] = await sql<ResetToken[]>`
    select customer.id as "customerId", customer.email_key as "emailKey", customer.verified_at is not null as verified
    from accounts.mail_token as token join accounts.customer on customer.id = token.customer_id
    where token.token_hash = ${tokenHash} and token.purpose = 'password reset' and token.expires_at > ${now}`
  return row
}

/** Uses a token up, and the customer's others with it; false when it was used meanwhile. */
export async function useResetToken(sql: Sql, tokenHash: Buffer, customerId: string): Promise<boolean> {
  const used = await sql<{ tokenHash: Buffer }[]>`
    delete from accounts.mail_token where customer_id = ${customerId} and purpose = 'password reset'
    returning token_hash as "tokenHash"`
  return used.some((row) => row.tokenHash.equals(tokenHash))
}

/** Makes the tokens that nobody has used yet worthless: for when the password was changed in another way. */
export async function deleteResetTokens(sql: Sql, customerId: string): Promise<void> {
  await sql`delete from accounts.mail_token where customer_id = ${customerId} and purpose = 'password reset'`
}
