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

it('readOffer() returns no variants and no stock of modules that do not answer', async () => {
  const silent = contextWith({ getVariants: unanswered, getAvailability: unanswered })
  expect(await readOffer(silent, cart)).toEqual({
    variantIds: new Set(['var_1']),
    // An empty list would mean that nothing is sold
    variants: undefined,
    availability: [],
  })
})

it('readOffer() fails without the catalog when a variant is added', async () => {
  const silent = contextWith({ getVariants: unanswered })
  const reading = readOffer(silent, cart, 'var_2')
  await expect(reading).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

it('readOffer() asks nothing for an empty cart, and no stock for one that an order has frozen', async () => {
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
