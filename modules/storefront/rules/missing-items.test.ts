import { expect, it } from 'vitest'
import { missingItems } from './missing-items.ts'

const cup = { variantId: 'var_cup', quantity: 3 }
const bowl = { variantId: 'var_bowl', quantity: 1 }

it.each([
  ['all items are missing from an empty cart', [cup, bowl], [], [cup, bowl]],
  ['no item is missing if the cart has as many or more', [cup, bowl], [bowl, { ...cup, quantity: 4 }], []],
  ['the rest is missing if the cart has fewer', [cup], [{ ...cup, quantity: 1 }], [{ ...cup, quantity: 2 }]],
])('%s', (_title, ordered, inCart, missing) => {
  expect(missingItems(ordered, inCart)).toEqual(missing)
})
