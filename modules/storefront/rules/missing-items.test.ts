import { expect, it } from 'vitest'
import { missingItems } from './missing-items.ts'

const cup = { variantId: 'var_cup', quantity: 3 }
const bowl = { variantId: 'var_bowl', quantity: 1 }

it.each([
  ['an empty cart lacks all', [cup, bowl], [], [cup, bowl]],
  ['a cart with as many or more lacks nothing', [cup, bowl], [bowl, { ...cup, quantity: 4 }], []],
  ['a cart with fewer lacks the rest', [cup], [{ ...cup, quantity: 1 }], [{ ...cup, quantity: 2 }]],
])('%s', (_title, ordered, inCart, missing) => {
  expect(missingItems(ordered, inCart)).toEqual(missing)
})
