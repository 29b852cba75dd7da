import { describe, expect, it } from 'vitest'
import { aLine } from './testing.ts'
import { updateLineOf } from './update-line.ts'

const lines = [aLine({ quantity: 5 }), aLine({ id: 'lin_2', variantId: 'var_2' })]
const stock = { variantId: 'var_1', available: 3, backorder: false }

describe('updateLineOf()', () => {
  it('sets the quantity of its line and leaves the others', () => {
    expect(updateLineOf({ lines }, 'lin_1', 3, stock)).toEqual({ lines: [aLine({ quantity: 3 }), lines[1]] })
  })

  it('refuses more than there is, though it is less than before', () => {
    expect(updateLineOf({ lines }, 'lin_1', 4, stock)).toEqual({
      refused: 'OUT_OF_STOCK',
      variantId: 'var_1',
      requested: 4,
      available: 3,
    })
  })

  it('refuses a line that is not there', () => {
    expect(updateLineOf({ lines }, 'lin_9', 1, stock)).toEqual({ refused: 'LINE_NOT_FOUND' })
  })
})
