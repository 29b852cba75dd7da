import { describe, expect, it } from 'vitest'
import { stockMessages } from './stock-messages.ts'

const line = (id: string, quantity: number) => ({ id, variantId: `var_${id}`, quantity })
const stock = (id: string, available: number | null, backorder = false) => ({
  variantId: `var_${id}`,
  available,
  backorder,
})

describe('stockMessages()', () => {
  it('tells of the lines that exceed what is left, and of no others', () => {
    const lines = [line('a', 3), line('b', 2), line('c', 1), line('d', 1)]
    const left = [stock('a', 2), stock('b', 2), stock('c', 0), stock('d', 1)]
    expect(stockMessages(lines, left)).toEqual({ a: 'Only 2 left', c: 'Sold out' })
  })

  it('says one piece as one speaks', () => {
    expect(stockMessages([line('a', 2)], [stock('a', 1)])).toEqual({ a: 'Only 1 left' })
  })

  it('is silent about what is not counted or can be ordered ahead', () => {
    const left = [stock('a', null), stock('b', -4, true)]
    expect(stockMessages([line('a', 900), line('b', 1)], left)).toEqual({})
  })
})
