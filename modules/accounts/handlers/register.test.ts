import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asCustomer, confirmEmail, newCustomer, PASSWORD } from '../testing/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
})
afterAll(() => shop.stop())

describe('register()', () => {
  it('creates an unconfirmed account that can log in at once', async () => {
    const answer = await shop.calls.accounts.register({
      email: 'Ada@Example.com',
      password: PASSWORD,
      name: 'Ada',
    })
    expect(answer).toEqual({ email: 'Ada@Example.com', name: 'Ada' })
    const { account } = await shop.calls.accounts.logIn({ email: 'ada@example.COM', password: PASSWORD })
    expect(account).toMatchObject({ email: 'Ada@Example.com', name: 'Ada', verified: false })
  })

  it('stores an internationalised domain in ASCII, and both forms log in', async () => {
    const { accounts } = shop.calls
    const answer = await accounts.register({ email: 'User@münchen.test', password: PASSWORD, name: 'Uwe' })
    expect(answer).toEqual({ email: 'User@xn--mnchen-3ya.test', name: 'Uwe' })
    for (const email of ['user@MÜNCHEN.test', 'user@mu\u0308nchen.test', 'User@XN--mnchen-3ya.test']) {
      const { account } = await accounts.logIn({ email, password: PASSWORD })
      expect(account).toMatchObject({ email: 'User@xn--mnchen-3ya.test', name: 'Uwe' })
    }
  })

  it('refuses an invisible name and an invalid email domain; requestPasswordReset() and createStaff() also refuse the domain', async () => {
    const { accounts } = shop.calls
    for (const email of ['user@mün..test', 'user@ü'])
      for (const call of [
        accounts.register({ email, password: PASSWORD, name: 'Uwe' }),
        accounts.requestPasswordReset({ email }),
        accounts.createStaff({ email, name: 'Uwe', permissions: [] }),
      ])
        await expect(call).rejects.toMatchObject({ code: 'EMAIL_INVALID', status: 422 })
    await expect(accounts.logIn({ email: 'user@ü', password: PASSWORD })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    for (const name of ['\u200b\u200b', 'ㅤ', '\u2800 \u00ad'])
      await expect(
        accounts.register({ email: 'seen@example.com', password: PASSWORD, name }),
      ).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ field: '/name' }] })
  })

  it('returns the same answer when the address has a confirmed account, and does not change that account', async () => {
    const owner = await newCustomer(shop, 'owner@example.com')
    await confirmEmail(shop, owner.account.id)
    const answer = await shop.calls.accounts.register({
      email: 'OWNER@example.com',
      password: 'what a stranger likes',
      name: 'Eve',
    })
    expect(answer).toEqual({ email: 'OWNER@example.com', name: 'Eve' })
    const stranger = await shop.calls.accounts.logIn({
      email: 'owner@example.com',
      password: 'what a stranger likes',
    })
    expect(stranger.account).toMatchObject({ name: 'Eve', verified: false })
    expect(stranger.account.id).not.toBe(owner.account.id)
    const again = await shop.calls.accounts.logIn({ email: 'owner@example.com', password: PASSWORD })
    expect(again.account).toMatchObject({ id: owner.account.id, name: 'Ada Lovelace', verified: true })
  })

  it('does not show the postal addresses of an account to another account of the same email address', async () => {
    const owner = await asCustomer(shop, await newCustomer(shop, 'shared@example.com'))
    await owner.addAddress({
      name: 'Ada',
      line1: '1 Mill Lane',
      city: 'Bath',
      postalCode: 'BA1 1AA',
      country: 'GB',
    })
    const stranger = await asCustomer(shop, await newCustomer(shop, 'shared@example.com', 'another password'))
    expect(await stranger.listAddresses({})).toEqual({ items: [] })
    expect((await owner.listAddresses({})).items).toHaveLength(1)
  })

  it('lets each of five accounts of one address log in with its password', async () => {
    const passwords = Array.from({ length: 5 }, (_, i) => `phrase of the day ${i}`)
    for (const [i, password] of passwords.entries()) {
      await shop.calls.accounts.register({ email: 'many@example.com', password, name: `Buyer ${i}` })
    }
    for (const [i, password] of passwords.entries()) {
      const { account } = await shop.calls.accounts.logIn({ email: 'many@example.com', password })
      expect(account.name).toBe(`Buyer ${i}`)
    }
  })

  it('sends the same SQL statements for a known and an unknown address', async () => {
    const known = await newCustomer(shop, 'known@example.com')
    await confirmEmail(shop, known.account.id)
    const registering = (email: string) =>
      shop.statementsDuring(() => shop.calls.accounts.register({ email, password: PASSWORD, name: 'Ada' }))
    expect(await registering('known@example.com')).toEqual(await registering('unknown@example.com'))
  })

  it('creates one account for a request repeated with its idempotency key', async () => {
    const input = { email: 'twice@example.com', password: PASSWORD, name: 'Ada' }
    await shop.calls.accounts.register(input, { key: 'r1' })
    await shop.calls.accounts.register(input, { key: 'r1' })
    expect(await shop.sql`select 1 from accounts.customer where email = 'twice@example.com'`).toHaveLength(1)
  })

  it('creates one account and one email when a form is sent several times at once', async () => {
    const input = { email: 'double@example.com', password: PASSWORD, name: 'Ada' }
    const registering = Array.from({ length: 5 }, () => shop.calls.accounts.register(input))
    expect(new Set((await Promise.all(registering)).map(({ email }) => email))).toEqual(
      new Set([input.email]),
    )
    const accounts = await shop.sql<{ id: string }[]>`
      select id from accounts.customer where email_key = 'double@example.com'`
    expect(accounts).toHaveLength(1)
    const tokens = () => shop.sql`select 1 from accounts.mail_token where customer_id = ${accounts[0]!.id}`
    expect(await tokens()).toHaveLength(1)
    const logIns = [1, 2].map(() => shop.calls.accounts.logIn({ email: input.email, password: PASSWORD }))
    for (const { account } of await Promise.all(logIns)) expect(account.id).toBe(accounts[0]!.id)

    // A registration after ten minutes sends another email: the shopper may have lost the first.
    shop.clock.advance(10 * 60_000)
    await shop.calls.accounts.register(input)
    expect(await tokens()).toHaveLength(2)
    expect(
      await shop.sql`select 1 from accounts.customer where email_key = 'double@example.com'`,
    ).toHaveLength(1)
  })

  it('refuses a common password', async () => {
    const registering = shop.calls.accounts.register({
      email: 'common@example.com',
      password: '1234567890',
      name: 'Ada',
    })
    await expect(registering).rejects.toMatchObject({
      code: 'PASSWORD_TOO_COMMON',
      status: 422,
      message:
        'Cannot use this password: it follows the keyboard or the alphabet. Choose another one, such as several unrelated words',
    })
  })

  it('stores passwords as Argon2id hashes with 19 MiB, two passes and one lane', async () => {
    await newCustomer(shop, 'hash@example.com')
    const [row] = await shop.sql<{ password_hash: string }[]>`
      select password_hash from accounts.customer where email = 'hash@example.com'`
    expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  })

  it('hashes the same password differently for different addresses', async () => {
    await newCustomer(shop, 'one@example.com')
    await newCustomer(shop, 'two@example.com')
    const rows = await shop.sql`
      select distinct password_hash from accounts.customer where email in ('one@example.com', 'two@example.com')`
    expect(rows).toHaveLength(2)
  })

  it('accepts a password in any Unicode normal form', async () => {
    const password = 'Zürich im Frühling'
    await shop.calls.accounts.register({
      email: 'form@example.com',
      password: password.normalize('NFD'),
      name: 'Ada',
    })
    const { account } = await shop.calls.accounts.logIn({
      email: 'form@example.com',
      password: password.normalize('NFC'),
    })
    expect(account.email).toBe('form@example.com')
  })
})
