import { describe, expect, it } from 'vitest'
import { stockMessages } from './stock-messages.ts'

const line = (id: string, quantity: number) => ({ id, variantId: `var_${id}`, quantity })
const stock = (id: string, available: number | null, backorder = false) => ({
  variantId: `var_${id}`,
  available,
  backorder,
})

describe('stockMessages()', () => {
  it('returns messages only for lines that exceed the stock', () => {
    const lines = [line('a', 3), line('b', 2), line('c', 1), line('d', 1)]
    const items = [stock('a', 2), stock('b', 2), stock('c', 0), stock('d', 1)]
    expect(stockMessages(lines, items)).toEqual({ a: 'Only 2 left', c: 'Sold out' })
  })

  it('returns a message for a single piece', () => {
    expect(stockMessages([line('a', 2)], [stock('a', 1)])).toEqual({ a: 'Only 1 left' })
  })

  it('returns no messages for unlimited stock and backorders', () => {
    const items = [stock('a', null), stock('b', -4, true)]
    expect(stockMessages([line('a', 900), line('b', 1)], items)).toEqual({})
  })
})
