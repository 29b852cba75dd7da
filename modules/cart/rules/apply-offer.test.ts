import { expect, it } from 'vitest'
import { applyOffer, orderableCart } from './apply-offer.ts'
import { aCart, aLine } from './testing.ts'

const [asked, unknown] = [aLine(), aLine({ id: 'lin_2', variantId: 'var_2' })]
const cart = aCart({ lines: [asked, unknown] })
const nothingSold = { variantIds: new Set(['var_1']), variants: [], availability: [] }

it('applyOffer() says nothing of lines that the offer does not cover', () => {
  const offered = applyOffer(cart, nothingSold)
  expect([...offered.problems]).toEqual([['lin_1', { code: 'VARIANT_NOT_FOUND' }]])
  expect(offered.cart.lines).toEqual(cart.lines)
  expect(orderableCart(offered).lines).toEqual([unknown])
})

it('applyOffer() without an answer of the catalog leaves the lines as they are, and still checks stock', () => {
  const availability = [{ variantId: 'var_1', available: 0, backorder: false }]
  const offered = applyOffer(cart, { ...nothingSold, variants: undefined, availability })
  expect(offered.cart).toEqual(cart)
  expect([...offered.problems]).toEqual([['lin_1', { code: 'OUT_OF_STOCK', available: 0 }]])
})
