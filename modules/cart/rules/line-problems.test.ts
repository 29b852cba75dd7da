import { expect, it } from 'vitest'
import { lineProblems } from './line-problems.ts'
import { aLine } from './testing.ts'

it('lineProblems() names what is short and what is no longer sold, and nothing that nobody knows', () => {
  const [enough, short, gone, sold, backordered] = ['enough', 'short', 'gone', 'sold', 'backordered'].map(
    (id) => aLine({ id, variantId: `var_${id}`, quantity: 3 }),
  )
  const stock = (id: string, available: number | null, backorder = false) => ({
    variantId: `var_${id}`,
    available,
    backorder,
  })
  const told = [
    stock('enough', 3),
    stock('short', 2),
    stock('gone', 0),
    stock('sold', -4),
    stock('backordered', 0, true),
  ]
  const lines = [enough!, short!, gone!, sold!, backordered!]
  expect(Object.fromEntries(lineProblems(lines, [gone!], told))).toEqual({
    short: { code: 'OUT_OF_STOCK', available: 2 },
    gone: { code: 'VARIANT_NOT_FOUND' },
    sold: { code: 'OUT_OF_STOCK', available: 0 },
  })
  expect(lineProblems(lines, [], []).size).toBe(0)
})
