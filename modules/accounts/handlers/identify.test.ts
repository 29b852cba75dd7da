import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { asCustomer, newCustomer } from '../testing/people.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let shop: TestShop
beforeAll(async () => {
  // Loopback mode sends each query twice, which would double the counted statements
  shop = await openShop({ modules: ['accounts'], loopback: false })
})
afterAll(() => shop.stop())

const identify = async (token: string) => (await shop.calls.accounts.identify({ token })).caller

describe('identify()', () => {
  it('returns the customer of a session token', async () => {
    const { token, account } = await newCustomer(shop, 'ada@example.com')
    expect(await identify(token)).toEqual({
      kind: 'customer',
      customerId: account.id,
      sessionId: expect.stringMatching(/^sid_/),
    })
  })

  it.each([
    'ses_',
    'ses_00000000000000000000000000000000',
    'key_nobody',
    'crt_of-a-cart',
    '',
    'ses_\0',
    "ses_' or true --",
  ])('returns null for the token "%s"', async (token) => {
    expect(await identify(token)).toBeNull()
  })

  it('runs one select for each call, and one update once the session was last updated an hour ago', async () => {
    const { token } = await newCustomer(shop, 'hot@example.com')
    shop.clock.advance(HOUR_MS - 1)
    const statements = await shop.statementsDuring(() => identify(token))
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^\s*select/)
    shop.clock.advance(1)
    expect(await shop.statementsDuring(() => identify(token))).toHaveLength(2)
    expect(await shop.statementsDuring(() => identify(token))).toHaveLength(1)
  })

  it('keeps a used session, and ends a session that was not used for 30 days', async () => {
    const used = await newCustomer(shop, 'used@example.com')
    const unused = await newCustomer(shop, 'unused@example.com')
    shop.clock.advance(20 * DAY_MS)
    expect(await identify(used.token)).not.toBeNull()
    shop.clock.advance(20 * DAY_MS)
    expect(await identify(used.token)).not.toBeNull()
    expect(await identify(unused.token)).toBeNull()
    shop.clock.advance(30 * DAY_MS)
    expect(await identify(used.token)).toBeNull()
  })

  it('returns the staff member of an API key with permissions', async () => {
    const { staffId, apiKey } = await shop.calls.accounts.createStaff({
      email: 'staff@example.com',
      name: 'Grace',
      permissions: ['orders.read', 'catalog.write'],
    })
    expect(await identify(apiKey)).toEqual({
      kind: 'staff',
      staffId,
      permissions: ['orders.read', 'catalog.write'],
    })
    const [row] = await shop.sql<
      { text: string }[]
    >`select string_agg(staff::text, '') as text from accounts.staff`
    expect(row!.text).not.toContain(apiKey.slice(4))
  })
})

describe('createStaff()', () => {
  it('refuses a second staff member with the same address in another case', async () => {
    const staff = { email: 'boss@example.com', name: 'Boss', permissions: ['*'] }
    await shop.calls.accounts.createStaff(staff)
    await expect(
      shop.calls.accounts.createStaff({ ...staff, email: 'BOSS@example.com' }),
    ).rejects.toMatchObject({
      code: 'STAFF_EXISTS',
    })
  })
})

describe('logOut()', () => {
  it("ends only the caller's session, and a repeat does nothing", async () => {
    const first = await newCustomer(shop, 'out@example.com')
    const second = await shop.calls.accounts.logIn({
      email: 'out@example.com',
      password: 'correct horse battery',
    })
    const caller = await asCustomer(shop, first)
    await caller.logOut({})
    await caller.logOut({})
    expect(await identify(first.token)).toBeNull()
    expect(await identify(second.token)).not.toBeNull()
  })

  it('does nothing for a guest', async () => {
    expect(await shop.as({ kind: 'guest' }).accounts.logOut({})).toEqual({})
  })
})

describe('deleteExpired()', () => {
  it('deletes expired sessions, tokens and counts of attempts, and keeps the others', async () => {
    const live = await newCustomer(shop, 'live@example.com')
    await shop.calls.accounts
      .logIn({ email: 'live@example.com', password: 'not the password' })
      .catch(() => undefined)
    shop.clock.advance(29 * DAY_MS)
    expect(await identify(live.token)).not.toBeNull()
    const fresh = await newCustomer(shop, 'fresh@example.com')
    shop.clock.advance(2 * DAY_MS)
    await shop.runJob('accounts.deleteExpired')
    const rows = await shop.sql`
      select customer_id, expires_at from accounts.session
      union all select customer_id, expires_at from accounts.mail_token
      union all select subject, window_ends_at from accounts.failed_attempt`
    // The session of live, and the session and the verification token of fresh
    expect(rows.map((row) => row.customer_id).sort()).toEqual(
      [live.account.id, fresh.account.id, fresh.account.id].sort(),
    )
    expect(await shop.runJob('accounts.deleteExpired')).toEqual({ deleted: 0 })
  })
})
