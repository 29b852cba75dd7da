import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frontBelow, rankMark } from './search-front.ts'
import { parseRank, searchRank } from './sort-keys.ts'

const titleAndNumber = fc.record({
  length: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(255)),
  number: fc.oneof(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 2 ** 39 })),
})

function rankOf({ length, number }: { length: number; number: number }): number {
  return searchRank('a '.repeat(length), number)
}

function isIn(expression: string, mark: string): boolean {
  return Array.from(expression.matchAll(/'([^']+)':\*/g), ([, prefix]) => prefix!).some((prefix) =>
    mark.startsWith(prefix),
  )
}

test('parseRank() returns the parts of a rank', () => {
  fc.assert(
    fc.property(titleAndNumber, (parts) => {
      expect(parseRank(rankOf(parts))).toEqual(parts)
    }),
  )
})

test('a front contains exactly the blocks that are completely below its rank', () => {
  fc.assert(
    fc.property(titleAndNumber, titleAndNumber, (end, product) => {
      const front = frontBelow(rankOf(end))
      const [endBlock, block] = [Math.floor(end.number / 2048), Math.floor(product.number / 2048)]
      const isBefore = product.length < end.length || (product.length === end.length && block > endBlock)
      expect(isIn(front.expression, rankMark(rankOf(product)))).toBe(isBefore)
      if (isBefore) expect(rankOf(product)).toBeLessThan(front.below)
    }),
    { numRuns: 1000 },
  )
})

test('a front that ends at product 95,000 among the titles of four words has fewer than 40 prefixes', () => {
  const { expression } = frontBelow(rankOf({ length: 4, number: 95_000 }))
  expect(expression.split(' | ').length).toBeLessThan(40)
})
