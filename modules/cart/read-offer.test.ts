import { expect, it } from 'vitest'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { type OfferContext, readOffer } from './read-offer.ts'
import { aCart, aLine } from './rules/testing.ts'

const unanswered = () => Promise.reject(runtimeFailure('UNAVAILABLE', 'Cannot answer now'))

function contextWith(calls: { getVariants?: () => unknown; getAvailability?: () => unknown }): OfferContext {
  const { getVariants = async () => ({ variants: [] }), getAvailability = async () => ({ items: [] }) } =
    calls
  return { calls: { catalog: { getVariants }, inventory: { getAvailability } } } as unknown as OfferContext
}

const cart = aCart({ lines: [aLine()] })

it('readOffer() returns no variants if the catalog does not answer, and no stock if inventory does not answer', async () => {
  const silent = contextWith({ getVariants: unanswered, getAvailability: unanswered })
  expect(await readOffer(silent, cart)).toEqual({
    variantIds: new Set(['var_1']),
    // An empty list would mean that nothing is sold
    variants: undefined,
    availability: [],
  })
})

it('readOffer() for an added variant fails if the catalog does not answer', async () => {
  const silent = contextWith({ getVariants: unanswered })
  const reading = readOffer(silent, cart, 'var_2')
  await expect(reading).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

it('readOffer() calls no module for an empty cart, and only the catalog for a frozen cart', async () => {
  const calls: string[] = []
  const context = contextWith({
    getVariants: async () => {
      calls.push('catalog')
      return { variants: [] }
    },
    getAvailability: async () => {
      calls.push('inventory')
      return { items: [] }
    },
  })
  await readOffer(context, aCart({ lines: [] }))
  expect(calls).toEqual([])
  await readOffer(context, { ...cart, status: 'frozen' })
  expect(calls).toEqual(['catalog'])
})
