import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guest } from '#runtime/contract/caller.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const ACCOUNT = { email: 'ada@example.com', password: 'quaking aspen leaves', name: 'Ada Buyer' }

describe('answers that hold a secret', () => {
  let shop: TestShop

  beforeAll(async () => {
    shop = await openShop({ modules: ['cart', 'accounts'] })
  })
  afterAll(() => shop.stop())

  it('are repeated with the same key, and kept where nobody can read them without it', async () => {
    const visitor = shop.as(guest)
    await visitor.accounts.register(ACCOUNT)
    const asked = [
      () => visitor.cart.createCart({}, { key: 'a key of the visitor' }),
      () =>
        visitor.accounts.logIn(
          { email: ACCOUNT.email, password: ACCOUNT.password },
          { key: 'another key of the visitor' },
        ),
    ]
    for (const ask of asked) {
      const first = await ask()
      expect(first.token).toMatch(/^(crt|ses)_/)
      expect(await ask()).toEqual(first)
    }
    const kept = await shop.sql<{ answer: unknown }[]>`
      select answer from cart.pando_idempotency union all select answer from accounts.pando_idempotency`
    expect(kept).toHaveLength(2)
    for (const { answer } of kept)
      expect(answer).toEqual({ sealed: [expect.any(String), expect.any(String), expect.any(String)] })
  })
})
