import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { fillCart, placeOrder, sellProduct } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  // Switching roles takes statements of its own, and calls over HTTP have no common transaction: neither is the monolith.
  shop = await openShop({ enforceRoles: false, loopback: false })
})
afterAll(() => shop.stop())

async function statementsOf(token: string): Promise<string[]> {
  const variantId = await sellProduct(shop, 50)
  const shopper = await fillCart(shop, { [variantId]: 2, [await sellProduct(shop, 50)]: 1 })
  const statements = await shop.statementsDuring(() =>
    placeOrder(shop, shopper, token, `key of ${variantId}`).catch(() => {}),
  )
  return statements.map((statement) => statement.trim())
}

function commitsIn(statements: string[]): number {
  return statements.filter((statement) => statement === 'commit').length
}

describe('an order in the monolith', () => {
  it('takes two transactions and no more statements than these', async () => {
    const statements = await statementsOf('tok_ok')
    expect(commitsIn(statements)).toBe(2)
    expect(statements.length).toBeLessThanOrEqual(20)
  })

  it('is undone in one transaction when the payment is declined', async () => {
    const statements = await statementsOf('tok_declined')
    // The checkout's first, the journal's note that it turns back, and the way back.
    expect(commitsIn(statements)).toBe(2)
    expect(statements.filter((statement) => statement.startsWith('begin'))).toHaveLength(2)
  })
})
