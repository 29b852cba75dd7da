import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { system } from '#runtime/contract/caller.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asCustomer, newCustomer, PASSWORD, replaceMailToken } from '../testing/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
})
afterAll(() => shop.stop())

const logIn = (email: string, password: string) => shop.calls.accounts.logIn({ email, password })

describe('getMe()', () => {
  it("returns the caller's account", async () => {
    const session = await newCustomer(shop, 'me@example.com')
    const me = await asCustomer(shop, session)
    expect(await me.getMe({})).toEqual(session.account)
  })

  it('refuses callers that are not customers', async () => {
    await expect(shop.as({ kind: 'guest' }).accounts.getMe({})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    await expect(shop.as(system('job')).accounts.getMe({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('updateMe()', () => {
  it('changes the name, and nothing for an empty input', async () => {
    const session = await newCustomer(shop, 'name@example.com')
    const me = await asCustomer(shop, session)
    expect(await me.updateMe({ name: 'Countess of Lovelace' })).toMatchObject({
      name: 'Countess of Lovelace',
    })
    expect(await me.updateMe({})).toMatchObject({ name: 'Countess of Lovelace' })
    expect(await shop.calls.accounts.identify({ token: session.token })).not.toMatchObject({ caller: null })
  })

  it('changes the password and ends the other sessions', async () => {
    const here = await newCustomer(shop, 'password@example.com')
    const elsewhere = await logIn('password@example.com', PASSWORD)
    const me = await asCustomer(shop, here)
    await me.updateMe({ password: { current: PASSWORD, new: 'a better password' } })
    expect(await shop.calls.accounts.identify({ token: elsewhere.token })).toMatchObject({ caller: null })
    expect(await shop.calls.accounts.identify({ token: here.token })).not.toMatchObject({ caller: null })
    await expect(logIn('password@example.com', PASSWORD)).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect((await logIn('password@example.com', 'a better password')).account.id).toBe(here.account.id)
  })

  it('invalidates reset links sent before a password change', async () => {
    const session = await newCustomer(shop, 'link@example.com')
    await shop.calls.accounts.requestPasswordReset({ email: 'link@example.com' })
    await shop.runJob('accounts.issuePasswordResets')
    const token = await replaceMailToken(shop, session.account.id, 'password reset')
    const me = await asCustomer(shop, session)
    await me.updateMe({ password: { current: PASSWORD, new: 'a better password' } })
    await expect(
      shop.calls.accounts.resetPassword({ token, password: 'of the thief' }),
    ).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    })
  })

  it('refuses a wrong current password and changes nothing', async () => {
    const me = await asCustomer(shop, await newCustomer(shop, 'wrong@example.com'))
    await expect(
      me.updateMe({ name: 'Eve', password: { current: 'not the password', new: 'a better password' } }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD', status: 403 })
    expect(await me.getMe({})).toMatchObject({ name: 'Ada Lovelace' })
    expect((await logIn('wrong@example.com', PASSWORD)).account.name).toBe('Ada Lovelace')
  })

  it('refuses the current password as the new one', async () => {
    const me = await asCustomer(shop, await newCustomer(shop, 'same@example.com'))
    const same = me.updateMe({ password: { current: PASSWORD, new: PASSWORD } })
    await expect(same).rejects.toMatchObject({ code: 'PASSWORD_TOO_COMMON' })
  })

  it('accepts no password for 15 minutes after ten wrong current passwords', async () => {
    const me = await asCustomer(shop, await newCustomer(shop, 'stolen@example.com'))
    const change = (current: string) =>
      me.updateMe({ password: { current, new: 'a better password' } }).then(
        () => 'changed',
        (failure: { code: string }) => failure.code,
      )
    for (let i = 0; i < 10; i++) expect(await change('not the password')).toBe('WRONG_PASSWORD')
    expect(await change(PASSWORD)).toBe('TOO_MANY_ATTEMPTS')
    shop.clock.advance(15 * 60_000)
    expect(await change(PASSWORD)).toBe('changed')
  })
})
