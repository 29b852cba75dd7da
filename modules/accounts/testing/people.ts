import { createHash } from 'node:crypto'
import type { Caller } from '#runtime/contract/caller.ts'
import { newSecret } from '#shared/ids.ts'
import type { TestShop } from '#tests/support/shop.ts'
import type { Session } from '../contract.ts'

export const PASSWORD = 'correct horse battery'

/** Registers a customer and logs in. */
export async function newCustomer(shop: TestShop, email: string, password = PASSWORD): Promise<Session> {
  await shop.calls.accounts.register({ email, password, name: 'Ada Lovelace' })
  return shop.calls.accounts.logIn({ email, password })
}

/** The caller that a session's token stands for. */
export async function callerOf(shop: TestShop, session: { token: string }): Promise<Caller> {
  const { caller } = await shop.calls.accounts.identify({ token: session.token })
  if (!caller) throw new Error('Cannot find the caller: the session has ended. Log in first')
  return caller
}

/** The methods of the accounts module, called with a session's token. */
export async function asCustomer(shop: TestShop, session: { token: string }) {
  return shop.as(await callerOf(shop, session)).accounts
}

/** Replaces a customer's latest token with a new one and returns it: the database has only hashes of tokens. */
export async function replaceMailToken(
  shop: TestShop,
  customerId: string,
  purpose: 'verification' | 'password reset',
): Promise<string> {
  const token = newSecret('tst')
  const hash = createHash('sha256').update(token).digest()
  const changed = await shop.sql`
    update accounts.mail_token set token_hash = ${hash}
    where token_hash in (
      select token_hash from accounts.mail_token where customer_id = ${customerId} and purpose = ${purpose}
      order by expires_at desc limit 1)`
  if (changed.count !== 1)
    throw new Error(`Cannot get a token for a ${purpose}: customer "${customerId}" has none`)
  return token
}

export async function confirmEmail(shop: TestShop, customerId: string): Promise<void> {
  await shop.calls.accounts.verifyEmail({ token: await replaceMailToken(shop, customerId, 'verification') })
}
