import { expect, it } from 'vitest'
import { lineProblems } from './line-problems.ts'
import { aLine } from './testing.ts'

it('lineProblems() reports short stock and unsold variants, and ignores unknown stock', () => {
  const [enough, short, unsold, oversold, backordered] = [
    'enough',
    'short',
    'unsold',
    'oversold',
    'backordered',
  ].map((id) => aLine({ id, variantId: `var_${id}`, quantity: 3 }))
  const stock = (id: string, available: number | null, backorder = false) => ({
    variantId: `var_${id}`,
    available,
    backorder,
  })
  const availability = [
    stock('enough', 3),
    stock('short', 2),
    stock('unsold', 0),
    stock('oversold', -4),
    stock('backordered', 0, true),
  ]
  const lines = [enough!, short!, unsold!, oversold!, backordered!]
  expect(Object.fromEntries(lineProblems(lines, [unsold!], availability))).toEqual({
    short: { code: 'OUT_OF_STOCK', available: 2 },
    unsold: { code: 'VARIANT_NOT_FOUND' },
    oversold: { code: 'OUT_OF_STOCK', available: 0 },
  })
  expect(lineProblems(lines, [], []).size).toBe(0)
})
