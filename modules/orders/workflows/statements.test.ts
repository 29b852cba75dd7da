import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createProduct, fillCart, placeOrder } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  // Role switches would add statements. Loopback calls would share no transaction, unlike calls in the monolith
  shop = await openShop({ enforceRoles: false, loopback: false })
})
afterAll(() => shop.stop())

async function statementsOf(token: string): Promise<string[]> {
  const variantId = await createProduct(shop, 50)
  const shopper = await fillCart(shop, { [variantId]: 2, [await createProduct(shop, 50)]: 1 })
  const statements = await shop.statementsDuring(() =>
    placeOrder(shop, shopper, token, `key of ${variantId}`).catch(() => {}),
  )
  // Caches are notified 20 ms after a commit, which may be during the order or after it
  return statements.map((statement) => statement.trim()).filter((each) => !each.includes('pg_notify'))
}

function commitsIn(statements: string[]): number {
  return statements.filter((statement) => statement === 'commit').length
}

describe('a checkout in the monolith', () => {
  it('takes two transactions and at most 22 statements', async () => {
    const statements = await statementsOf('tok_ok')
    expect(commitsIn(statements)).toBe(2)
    expect(statements.length).toBeLessThanOrEqual(22)
  })

  it('is compensated in one transaction when the payment is declined', async () => {
    const statements = await statementsOf('tok_declined')
    // The first segment of the checkout, and the compensation
    expect(commitsIn(statements)).toBe(2)
    expect(statements.filter((statement) => statement.startsWith('begin'))).toHaveLength(2)
  })
})
