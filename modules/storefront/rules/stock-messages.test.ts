import { describe, expect, it } from 'vitest'
import { lineMessages } from './stock-messages.ts'

const short = (id: string, available: number) => ({
  id,
  problem: { code: 'OUT_OF_STOCK', available } as const,
})

describe('lineMessages()', () => {
  it('returns messages only for lines with a problem', () => {
    const withdrawn = { id: 'e', problem: { code: 'VARIANT_NOT_FOUND' } as const }
    expect(lineMessages([short('a', 2), { id: 'b' }, short('c', 0), { id: 'd' }, withdrawn])).toEqual({
      a: 'Only 2 left',
      c: 'Sold out',
      e: 'No longer available: remove it to check out',
    })
  })

  it('returns a message for a single piece', () => {
    expect(lineMessages([short('a', 1)])).toEqual({ a: 'Only 1 left' })
  })
})
