import { expect, it } from 'vitest'
import { applyOffer, orderableCart } from './apply-offer.ts'
import { aCart, aLine } from './testing.ts'

const [covered, uncovered] = [aLine(), aLine({ id: 'lin_2', variantId: 'var_2' })]
const cart = aCart({ lines: [covered, uncovered] })
const nothingSold = { variantIds: new Set(['var_1']), variants: [], availability: [] }

it('applyOffer() reports no problem for a line that the offer does not cover', () => {
  const repriced = applyOffer(cart, nothingSold)
  expect([...repriced.problems]).toEqual([['lin_1', { code: 'VARIANT_NOT_FOUND' }]])
  expect(repriced.cart.lines).toEqual(cart.lines)
  expect(orderableCart(repriced).lines).toEqual([uncovered])
})

it('applyOffer() without an answer from the catalog leaves the lines as they are, and still checks stock', () => {
  const availability = [{ variantId: 'var_1', available: 0, backorder: false }]
  const repriced = applyOffer(cart, { ...nothingSold, variants: undefined, availability })
  expect(repriced.cart).toEqual(cart)
  expect([...repriced.problems]).toEqual([['lin_1', { code: 'OUT_OF_STOCK', available: 0 }]])
})
