import * as argon2 from '@node-rs/argon2'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Session } from '../contract.ts'
import { confirmEmail, newCustomer, PASSWORD, replaceMailToken } from '../testing/people.ts'

vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof argon2>()
  return { ...real, hash: vi.fn(real.hash), verify: vi.fn(real.verify) }
})

const MINUTE_MS = 60_000

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['accounts'] })
})
afterAll(() => shop.stop())
// The attempts of earlier tests no longer count for their networks
beforeEach(() => shop.clock.advance(15 * MINUTE_MS))

const logIn = (email: string, password: string) => shop.calls.accounts.logIn({ email, password })
const outcome = (email: string, password: string) =>
  logIn(email, password).then(
    () => 'in',
    (failure: { code: string; message: string }) => failure.code,
  )

describe('logIn()', () => {
  it('opens a session of 30 days and stores its token as a hash', async () => {
    const session = await newCustomer(shop, 'ada@example.com')
    expect(session.token).toMatch(/^ses_[0-9a-z]{32}$/)
    expect(session.expiresAt).toBe(new Date(shop.clock.now().getTime() + 30 * 86_400_000).toISOString())
    const [row] = await shop.sql<{ text: string }[]>`
      select string_agg(session::text, '') as text from accounts.session as session`
    expect(row!.text).not.toContain(session.token.slice(4))
  })

  it('opens the confirmed account when an unconfirmed one has the same address and password', async () => {
    const owner = await newCustomer(shop, 'equal@example.com')
    await confirmEmail(shop, owner.account.id)
    shop.clock.advance(1000)
    const { account } = await newCustomer(shop, 'equal@example.com')
    expect(account.id).toBe(owner.account.id)
  })

  it('fails in the same way for an unknown address and a wrong password', async () => {
    await newCustomer(shop, 'known@example.com')
    const failures = await Promise.all(
      ['known@example.com', 'unknown@example.com'].map((email) =>
        logIn(email, 'not the password').catch((failure: Error) => failure),
      ),
    )
    expect(failures[0]).toMatchObject({ code: 'INVALID_CREDENTIALS', status: 401 })
    expect({ ...failures[1], message: (failures[1] as Error).message }).toEqual({
      ...failures[0],
      message: (failures[0] as Error).message,
    })
  })

  it.each([
    ['an unknown address', 'nobody@example.com', 'not the password'],
    ['a wrong password for an unconfirmed account', 'plain@example.com', 'not the password'],
    ['a wrong password for a confirmed account', 'confirmed@example.com', 'not the password'],
    ['a wrong password for an address with four accounts', 'several@example.com', 'not the password'],
    ['the right password', 'confirmed@example.com', PASSWORD],
  ])('hashes once for %s', async (_case, email, password) => {
    // The first case creates these accounts, and the later cases find them
    await Promise.all([
      newCustomer(shop, 'plain@example.com', 'some password'),
      newCustomer(shop, 'confirmed@example.com').then(({ account }) =>
        confirmEmail(shop, account.id).catch(() => undefined),
      ),
    ])
    for (let i = 0; i < 4; i++) await newCustomer(shop, 'several@example.com', `some password ${i}`)
    vi.mocked(argon2.hash).mockClear()
    vi.mocked(argon2.verify).mockClear()
    await outcome(email, password)
    expect(argon2.hash).toHaveBeenCalledTimes(1)
    expect(argon2.verify).not.toHaveBeenCalled()
  })

  it('sends the same SQL statements for an unknown address and a wrong password', async () => {
    const { account } = await newCustomer(shop, 'statements@example.com')
    await confirmEmail(shop, account.id)
    const statements = (email: string) => shop.statementsDuring(() => outcome(email, 'not the password'))
    expect(await statements('statements@example.com')).toEqual(await statements('no.statements@example.com'))
  })

  it.each(['guessed@example.com', 'not-known@example.com'])(
    'accepts no password for %s for 15 minutes after ten wrong ones',
    async (email) => {
      if (email === 'guessed@example.com') await newCustomer(shop, email)
      // The registration counted as an attempt: wait until its time window is over
      shop.clock.advance(15 * MINUTE_MS)
      const wrong = Array.from({ length: 10 }, () => outcome(email, 'not the password'))
      expect(new Set(await Promise.all(wrong))).toEqual(new Set(['INVALID_CREDENTIALS']))
      shop.clock.advance(5 * MINUTE_MS)
      await expect(logIn(email, PASSWORD)).rejects.toMatchObject({
        code: 'TOO_MANY_ATTEMPTS',
        status: 429,
        retryAfterSeconds: 600,
        message:
          'Cannot check the password: there were too many wrong ones. Try again in 10 min, or reset the password by email now',
      })
      expect(await outcome(email, 'not the password')).toBe('TOO_MANY_ATTEMPTS')
      shop.clock.advance(10 * MINUTE_MS)
      expect(await outcome(email, PASSWORD)).toBe(
        email === 'guessed@example.com' ? 'in' : 'INVALID_CREDENTIALS',
      )
    },
  )

  it('checks ten of a hundred parallel attempts, and refuses the other ninety', async () => {
    await newCustomer(shop, 'rush@example.com')
    shop.clock.advance(15 * MINUTE_MS)
    vi.mocked(argon2.hash).mockClear()
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => outcome('rush@example.com', 'not the password')),
    )
    expect(argon2.hash).toHaveBeenCalledTimes(10)
    expect(outcomes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(90)
  })

  it('does not count successful log-ins: 25 in a row succeed', async () => {
    await newCustomer(shop, 'often@example.com')
    for (let i = 0; i < 25; i++) expect(await outcome('often@example.com', PASSWORD)).toBe('in')
  })

  it('grants no extra attempts to a stranger who logs in to their own account with the address', async () => {
    const { account } = await newCustomer(shop, 'victim@example.com')
    await confirmEmail(shop, account.id)
    await newCustomer(shop, 'victim@example.com', 'of the stranger')
    shop.clock.advance(15 * MINUTE_MS)
    for (let i = 0; i < 9; i++) await outcome('victim@example.com', 'not the password')
    expect(await outcome('victim@example.com', 'of the stranger')).toBe('in')
    expect(await outcome('victim@example.com', 'not the password')).toBe('INVALID_CREDENTIALS')
    expect(await outcome('victim@example.com', 'not the password')).toBe('TOO_MANY_ATTEMPTS')
  })

  it('fails with UNAVAILABLE when 120 log-ins arrive at once, and does not count the refused ones as failed attempts', async () => {
    const emails = Array.from({ length: 120 }, (_, i) => `crowd-${i}@example.com`)
    const outcomes = await Promise.all(emails.map((email) => outcome(email, 'not the password')))
    const refused = emails.filter((_, i) => outcomes[i] === 'UNAVAILABLE')
    expect(refused.length).toBeGreaterThan(0)
    const counted = await shop.sql<{ failures: number }[]>`
      select failures from accounts.failed_attempt where subject = any(${refused.map((email) => `${email} from inside`)})`
    expect(counted).toHaveLength(refused.length)
    expect(counted.every((row) => row.failures === 0)).toBe(true)
    expect(await outcome('crowd-0@example.com', 'not the password')).toBe('INVALID_CREDENTIALS')
  })

  describe('attempts from different networks and devices', () => {
    const from = (clientNetwork: string, email: string, password: string, device?: string) =>
      shop.shop.dispatcher
        .callFrom(
          { kind: 'guest' },
          'accounts',
          'logIn',
          { email, password, ...(device ? { device } : {}) },
          { clientNetwork },
        )
        .then((session) => session as Session)
    const outcomeFrom = (...parameters: Parameters<typeof from>) =>
      from(...parameters).then(
        () => 'in',
        (failure: { code: string }) => failure.code,
      )
    const times = (count: number, attempt: (nth: number) => Promise<string>) =>
      Promise.all(Array.from({ length: count }, (_, nth) => attempt(nth)))

    it('a stranger who uses up the ten attempts of one network does not lock out another network', async () => {
      await newCustomer(shop, 'locked@example.com')
      await times(12, () => outcomeFrom('198.51.100.1', 'locked@example.com', 'not the password'))
      expect(await outcomeFrom('198.51.100.1', 'locked@example.com', PASSWORD)).toBe('TOO_MANY_ATTEMPTS')
      expect(await outcomeFrom('203.0.113.7', 'locked@example.com', PASSWORD)).toBe('in')
    })

    it('all networks together have a hundred attempts per hour and address', async () => {
      await newCustomer(shop, 'flood@example.com')
      const guess = (nth: number) => outcomeFrom(`10.0.0.${nth}`, 'flood@example.com', 'not the password')
      // In tens, because log-ins fail with UNAVAILABLE while fifty wait
      const outcomes: string[] = []
      for (let nth = 0; nth < 110; nth += 10)
        outcomes.push(...(await times(10, (offset) => guess(nth + offset))))
      // The registration counted as one of the hundred
      expect(outcomes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(99)
      expect(outcomes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(11)
      shop.clock.advance(60 * MINUTE_MS)
      expect(await guess(0)).toBe('INVALID_CREDENTIALS')
    })

    it('strangers lock out neither a device of the owner nor an owner who has reset the password', async () => {
      const email = 'owner@example.com'
      const { account } = await newCustomer(shop, email)
      await confirmEmail(shop, account.id)
      const { device } = await from('203.0.113.7', email, PASSWORD)
      expect(device).toMatch(/^dev_/)
      for (let nth = 0; nth < 11; nth++)
        await times(10, () => outcomeFrom(`10.0.0.${nth}`, email, 'not the password'))
      await times(10, () => outcomeFrom('203.0.113.7', email, 'not the password'))
      expect(await outcomeFrom('203.0.113.7', email, PASSWORD)).toBe('TOO_MANY_ATTEMPTS')
      expect(await outcomeFrom('203.0.113.7', email, PASSWORD, device)).toBe('in')

      await shop.calls.accounts.requestPasswordReset({ email })
      await shop.runJob('accounts.issuePasswordResets')
      const token = await replaceMailToken(shop, account.id, 'password reset')
      const password = 'another phrase of mine'
      const reset = await shop.calls.accounts.resetPassword({ token, password })
      expect(await outcomeFrom('203.0.113.7', email, password)).toBe('TOO_MANY_ATTEMPTS')
      expect(await outcomeFrom('203.0.113.7', email, password, reset.device)).toBe('in')
      // The reset makes earlier devices unknown, because a thief may have one
      expect(await outcomeFrom('203.0.113.7', email, password, device)).toBe('TOO_MANY_ATTEMPTS')
    })

    it('a known device has ten attempts of its own, but only for the address of its owner', async () => {
      const { account } = await newCustomer(shop, 'device@example.com')
      await confirmEmail(shop, account.id)
      const { device } = await from('203.0.113.7', 'device@example.com', PASSWORD)
      const guess = (email: string) => () => outcomeFrom('198.51.100.9', email, 'not the password', device)
      const atOwner = await times(12, guess('device@example.com'))
      expect(atOwner.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(2)
      await times(12, guess('other-owner@example.com'))
      // For another address the device is unknown, so its attempts count for their network
      const [row] = await shop.sql<{ failures: number }[]>`
        select failures from accounts.failed_attempt where subject = 'other-owner@example.com from 198.51.100.9'`
      expect(row!.failures).toBe(10)
    })

    it('returns no device for an account whose address is not confirmed', async () => {
      await newCustomer(shop, 'shadow@example.com')
      expect(await from('198.51.100.1', 'shadow@example.com', PASSWORD)).not.toHaveProperty('device')
    })

    it('a registration counts as an attempt', async () => {
      const register = (nth: number) =>
        shop.shop.dispatcher
          .callFrom(
            { kind: 'guest' },
            'accounts',
            'register',
            { email: 'oracle@example.com', password: `guess of mine ${nth}`, name: 'Eve' },
            { clientNetwork: '198.51.100.1' },
          )
          .then(
            () => 'registered',
            (failure: { code: string }) => failure.code,
          )
      const outcomes = await times(12, register)
      expect(outcomes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(2)
    })
  })
})
