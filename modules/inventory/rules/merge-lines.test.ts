import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeLines } from './merge-lines.ts'

describe('mergeLines()', () => {
  it('adds up the lines of a variant, and sorts by variant id', () => {
    const merged = mergeLines([
      { variantId: 'var_b', quantity: 2 },
      { variantId: 'var_a', quantity: 1 },
      { variantId: 'var_b', quantity: 3 },
    ])
    expect(merged).toEqual([
      { variantId: 'var_a', quantity: 1 },
      { variantId: 'var_b', quantity: 5 },
    ])
  })

  it('keeps the number of pieces, whatever the order of the lines', () => {
    const line = fc.record({
      variantId: fc.constantFrom('var_a', 'var_b', 'var_c'),
      quantity: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const merged = mergeLines(lines)
        expect(merged).toEqual(mergeLines(lines.toReversed()))
        expect(pieces(merged)).toBe(pieces(lines))
        expect(merged.map((each) => each.variantId)).toEqual(
          [...new Set(lines.map((each) => each.variantId))].sort(),
        )
      }),
    )
  })
})

function pieces(lines: { quantity: number }[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0)
}
