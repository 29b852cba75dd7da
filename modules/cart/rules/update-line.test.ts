import { describe, expect, it } from 'vitest'
import { aLine } from './testing.ts'
import { updateLineOf } from './update-line.ts'

const lines = [aLine({ quantity: 5 }), aLine({ id: 'lin_2', variantId: 'var_2' })]
const stock = { variantId: 'var_1', available: 3, backorder: false }

describe('updateLineOf()', () => {
  it('sets the quantity of the line and leaves the others unchanged', () => {
    expect(updateLineOf({ lines }, 'lin_1', 3, [stock])).toEqual({
      lines: [aLine({ quantity: 3 }), lines[1]],
    })
  })

  it('refuses more pieces than are available, even if it reduces the quantity', () => {
    expect(updateLineOf({ lines }, 'lin_1', 4, [stock])).toEqual({
      refused: 'OUT_OF_STOCK',
      variantId: 'var_1',
      requested: 4,
      available: 3,
    })
  })

  it('refuses an unknown line', () => {
    expect(updateLineOf({ lines }, 'lin_9', 1, [stock])).toEqual({ refused: 'LINE_NOT_FOUND' })
  })
})
