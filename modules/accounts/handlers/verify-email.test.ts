import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { confirmEmail, newCustomer, PASSWORD, replaceMailToken } from '../testing/people.ts'

const DAY_MS = 86_400_000

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
})
afterAll(() => shop.stop())

const verify = (token: string) => shop.calls.accounts.verifyEmail({ token })
const isVerified = async (email: string, password = PASSWORD) =>
  (await shop.calls.accounts.logIn({ email, password })).account.verified

describe('verifyEmail()', () => {
  it('confirms the address, and a repeat does nothing', async () => {
    const { account } = await newCustomer(shop, 'ada@example.com')
    const token = await replaceMailToken(shop, account.id, 'verification')
    await verify(token)
    await verify(token)
    expect(await isVerified('ada@example.com')).toBe(true)
  })

  it('refuses an unknown token, a token for another purpose and a token after seven days', async () => {
    const { account } = await newCustomer(shop, 'late@example.com')
    await expect(verify('vrf_unknown')).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 422 })
    await shop.calls.accounts.requestPasswordReset({ email: 'late@example.com' })
    await shop.runJob('accounts.issuePasswordResets')
    const reset = await replaceMailToken(shop, account.id, 'password reset')
    await expect(verify(reset)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    const token = await replaceMailToken(shop, account.id, 'verification')
    shop.clock.advance(7 * DAY_MS)
    await expect(verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect(await isVerified('late@example.com')).toBe(false)
  })

  it('refuses to confirm a second account of an address', async () => {
    const first = await newCustomer(shop, 'one@example.com')
    const second = await newCustomer(shop, 'ONE@example.com', 'another password')
    await confirmEmail(shop, first.account.id)
    await expect(confirmEmail(shop, second.account.id)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect(await isVerified('one@example.com')).toBe(true)
    expect(await isVerified('one@example.com', 'another password')).toBe(false)
  })

  it('confirms one account of an address when several are confirmed at once', async () => {
    const accounts = await Promise.all(
      Array.from({ length: 5 }, (_, i) => newCustomer(shop, 'race@example.com', `some password ${i}`)),
    )
    const tokens = await Promise.all(
      accounts.map(({ account }) => replaceMailToken(shop, account.id, 'verification')),
    )
    const outcomes = await Promise.allSettled(tokens.map(verify))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'TOKEN_INVALID' })
    }
    const verified = await shop.sql`
      select 1 from accounts.customer where email_key = 'race@example.com' and verified_at is not null`
    expect(verified).toHaveLength(1)
  })
})
