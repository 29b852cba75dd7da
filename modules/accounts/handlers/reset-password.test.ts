import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asCustomer, confirmEmail, newCustomer, PASSWORD, replaceMailToken } from '../testing/people.ts'

const HOUR_MS = 3_600_000
const NEW_PASSWORD = 'a better password'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
})
afterAll(() => shop.stop())

const request = (email: string) => shop.calls.accounts.requestPasswordReset({ email })
const issue = () => shop.runJob('accounts.issuePasswordResets')
const reset = (token: string) => shop.calls.accounts.resetPassword({ token, password: NEW_PASSWORD })
const logIn = (email: string, password: string) => shop.calls.accounts.logIn({ email, password })

async function resetToken(email: string, customerId: string): Promise<string> {
  await request(email)
  await issue()
  return replaceMailToken(shop, customerId, 'password reset')
}

describe('requestPasswordReset()', () => {
  it('returns the same and sends the same SQL statements for a known and an unknown address', async () => {
    await newCustomer(shop, 'known@example.com')
    const statements = (email: string) => shop.statementsDuring(() => request(email))
    expect(await request('unknown@example.com')).toEqual(await request('known@example.com'))
    await issue()
    expect(await statements('known@example.com')).toEqual(await statements('unknown@example.com'))
    await issue()
  })

  it('lets issuePasswordResets() create one token for two requests of one account, and none for an unknown address', async () => {
    const { account } = await newCustomer(shop, 'token@example.com')
    await Promise.all([
      request('Token@example.com'),
      request('token@example.com'),
      request('who@example.com'),
    ])
    expect(await issue()).toEqual({ issued: 1 })
    expect(await issue()).toEqual({ issued: 0 })
    const tokens = await shop.sql`
      select 1 from accounts.mail_token where customer_id = ${account.id} and purpose = 'password reset'`
    expect(tokens).toHaveLength(1)
  })

  it('lets issuePasswordResets() run one statement when there are no requests', async () => {
    expect(await shop.statementsDuring(issue)).toHaveLength(1)
  })

  it('applies to the confirmed account of an address, not to a newer one', async () => {
    const owner = await newCustomer(shop, 'owner@example.com')
    await confirmEmail(shop, owner.account.id)
    await newCustomer(shop, 'owner@example.com', 'of the stranger')
    await reset(await resetToken('owner@example.com', owner.account.id))
    expect((await logIn('owner@example.com', NEW_PASSWORD)).account.id).toBe(owner.account.id)
    expect((await logIn('owner@example.com', 'of the stranger')).account.verified).toBe(false)
  })
})

describe('resetPassword()', () => {
  it('sets the password and ends all sessions', async () => {
    const session = await newCustomer(shop, 'ada@example.com')
    await reset(await resetToken('ada@example.com', session.account.id))
    expect(await shop.calls.accounts.identify({ token: session.token })).toMatchObject({ caller: null })
    await expect(logIn('ada@example.com', PASSWORD)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect((await logIn('ada@example.com', NEW_PASSWORD)).account.id).toBe(session.account.id)
  })

  it('refuses a common password, and the link remains valid', async () => {
    const { account } = await newCustomer(shop, 'common@example.com')
    const token = await resetToken('common@example.com', account.id)
    const tooCommon = shop.calls.accounts.resetPassword({ token, password: 'password1234' })
    await expect(tooCommon).rejects.toMatchObject({ code: 'PASSWORD_TOO_COMMON' })
    await reset(token)
  })

  it('accepts a token once, even when several requests use it at the same time', async () => {
    const { account } = await newCustomer(shop, 'once@example.com')
    const token = await resetToken('once@example.com', account.id)
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => reset(token)))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    await expect(reset(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 422 })
  })

  it("invalidates the customer's other reset tokens", async () => {
    const { account } = await newCustomer(shop, 'two@example.com')
    const first = await resetToken('two@example.com', account.id)
    shop.clock.advance(1000)
    const second = await resetToken('two@example.com', account.id)
    await reset(second)
    await expect(reset(first)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })

  it('refuses an unknown token, a verification token and a token after one hour', async () => {
    const { account } = await newCustomer(shop, 'late@example.com')
    await expect(reset('rst_unknown')).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    const verification = await replaceMailToken(shop, account.id, 'verification')
    await expect(reset(verification)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    const token = await resetToken('late@example.com', account.id)
    shop.clock.advance(HOUR_MS)
    await expect(reset(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect((await logIn('late@example.com', PASSWORD)).account.id).toBe(account.id)
  })

  it('confirms the email address, and deletes the postal addresses of an account that was unconfirmed', async () => {
    const session = await newCustomer(shop, 'taken@example.com', 'of the stranger')
    const stranger = await asCustomer(shop, session)
    await stranger.addAddress({
      name: 'Eve',
      line1: '1 Mill Lane',
      city: 'Bath',
      postalCode: 'BA1 1AA',
      country: 'GB',
    })
    await reset(await resetToken('taken@example.com', session.account.id))
    const owner = await logIn('taken@example.com', NEW_PASSWORD)
    expect(owner.account.verified).toBe(true)
    expect(await (await asCustomer(shop, owner)).listAddresses({})).toEqual({ items: [] })
  })

  it('keeps the postal addresses of a confirmed account', async () => {
    const session = await newCustomer(shop, 'keeps@example.com')
    await confirmEmail(shop, session.account.id)
    const before = await asCustomer(shop, session)
    await before.addAddress({
      name: 'Ada',
      line1: '1 Mill Lane',
      city: 'Bath',
      postalCode: 'BA1 1AA',
      country: 'GB',
    })
    await reset(await resetToken('keeps@example.com', session.account.id))
    const after = await asCustomer(shop, await logIn('keeps@example.com', NEW_PASSWORD))
    expect((await after.listAddresses({})).items).toHaveLength(1)
  })
})
