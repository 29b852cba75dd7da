import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf } from '#modules/accounts/testing/people.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const ACCOUNT = { email: 'ada@example.com', password: 'quaking aspen leaves', name: 'Ada Buyer' }

describe('answers that hold a secret', () => {
  let shop: TestShop

  beforeAll(async () => {
    shop = await openShop({ modules: ['cart', 'accounts'] })
  })
  afterAll(() => shop.stop())

  it('are repeated with the same key, and kept where nobody can read them without it', async () => {
    const { email, password } = ACCOUNT
    await shop.calls.accounts.register(ACCOUNT)
    const customer = shop.as(await callerOf(shop, await shop.calls.accounts.logIn({ email, password })))
    const asked = [
      () => customer.cart.createCart({}, { key: 'a key of the customer' }),
      () => customer.accounts.logIn({ email, password }, { key: 'another key of the customer' }),
    ]
    for (const ask of asked) {
      const first = await ask()
      // A customer's cart has no token; its answer is sealed all the same.
      expect([null, expect.stringMatching(/^ses_/)]).toContainEqual(first.token)
      expect(await ask()).toEqual(first)
    }
    const kept = await shop.sql<{ answer: unknown }[]>`
      select answer from cart.pando_idempotency union all select answer from accounts.pando_idempotency`
    expect(kept).toHaveLength(2)
    for (const { answer } of kept)
      expect(answer).toEqual({ sealed: [expect.any(String), expect.any(String), expect.any(String)] })
  })
})
