import { expect, it } from 'vitest'
import { connectionShares, DEFAULT_CONNECTIONS, MIN_CONNECTIONS } from './connection-shares.ts'

it('gives each use a connection, and never more than the total', () => {
  for (let total = MIN_CONNECTIONS; total <= 500; total++) {
    const { durable, relaxed } = connectionShares(total)
    const parts = [durable.max, durable.transactions, relaxed.max, relaxed.transactions]
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(1)
    expect(1 + parts.reduce((sum, part) => sum + part)).toBeLessThanOrEqual(total)
  }
})

it('divides all 21 default connections', () => {
  expect(connectionShares(DEFAULT_CONNECTIONS)).toEqual({
    durable: { max: 4, transactions: 8 },
    relaxed: { max: 2, transactions: 6 },
  })
})
