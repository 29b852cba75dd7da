import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf } from '#modules/accounts/testing/people.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const ACCOUNT = { email: 'ada@example.com', password: 'quaking aspen leaves', name: 'Ada Buyer' }

describe('answers that contain a secret', () => {
  let shop: TestShop

  beforeAll(async () => {
    shop = await openShop({ modules: ['cart', 'accounts'] })
  })
  afterAll(() => shop.stop())

  it('are repeated for the same key, and stored encrypted with it', async () => {
    const { email, password } = ACCOUNT
    await shop.calls.accounts.register(ACCOUNT)
    const customer = shop.as(await callerOf(shop, await shop.calls.accounts.logIn({ email, password })))
    const requests = [
      () => customer.cart.createCart({}, { key: 'a key of the customer' }),
      () => customer.accounts.logIn({ email, password }, { key: 'another key of the customer' }),
    ]
    for (const request of requests) {
      const first = await request()
      // A customer's cart has no token, but its answer is encrypted too
      expect([null, expect.stringMatching(/^ses_/)]).toContainEqual(first.token)
      expect(await request()).toEqual(first)
    }
    const kept = await shop.sql<{ answer: unknown }[]>`
      select answer from cart.pando_idempotency union all select answer from accounts.pando_idempotency`
    expect(kept).toHaveLength(2)
    for (const { answer } of kept)
      expect(answer).toEqual({ sealed: [expect.any(String), expect.any(String), expect.any(String)] })
  })
})
