import { expect, test } from 'vitest'
import { summarise, withAvailability } from './summarise.ts'
import { variantDraft } from './testing/drafts.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

function ring() {
  return summarise({
    id: 'prd_1',
    handle: 'ring',
    title: 'Ring',
    vendor: 'Sterling',
    optionNames: ['Color', 'Size'],
    variants: [
      {
        id: 'var_1',
        draft: variantDraft({ optionValues: ['Gold', 'S'], price: eur(5000), compareAtPrice: eur(9000) }),
        available: false,
        tracked: true,
      },
      {
        id: 'var_2',
        draft: variantDraft({ optionValues: ['Silver', 'S'], price: eur(3000), compareAtPrice: eur(3500) }),
        available: false,
        tracked: true,
      },
    ],
    picture: { url: '/pictures/pic_1', alt: 'Ring' },
  })
}

test('price and compare-at price are those of the cheapest variant', () => {
  expect(ring()).toMatchObject({ price: eur(3000), compareAtPrice: eur(3500), priceVaries: true })
})

test("a variant has its option values as title, or its product's title if it has none", () => {
  expect(ring().variants[0]).toMatchObject({ title: 'Gold / S', options: { Color: 'Gold', Size: 'S' } })
  const variants = [{ id: 'var_1', draft: variantDraft({}), available: true, tracked: true }]
  const plain = summarise({ ...ring(), optionNames: [], variants })
  expect(plain.variants[0]).toMatchObject({ title: 'Ring', options: {} })
  expect(plain).toMatchObject({ available: true, priceVaries: false })
  expect(plain).not.toHaveProperty('compareAtPrice')
})

test('an option may be named like a property of all JavaScript objects', () => {
  const variants = [
    { id: 'var_1', draft: variantDraft({ optionValues: ['x'] }), available: true, tracked: true },
  ]
  const [variant] = summarise({ ...ring(), optionNames: ['__proto__'], variants }).variants
  expect(JSON.stringify(variant!.options)).toBe('{"__proto__":"x"}')
})

test('a product is available if one of its variants is', () => {
  const updated = withAvailability(ring(), 'var_2', { available: true })
  expect(updated.available).toBe(true)
  expect(updated.variants.map(({ available }) => available)).toEqual([false, true])
  expect(withAvailability(updated, 'var_2', { available: false })).toEqual(ring())
})

test('withAvailability() returns the same object for an unchanged or unknown variant', () => {
  const summary = ring()
  expect(withAvailability(summary, 'var_1', { available: false })).toBe(summary)
  expect(withAvailability(summary, 'var_9', { available: true })).toBe(summary)
})

test('stockTracked is false while the stock of a variant is not tracked', () => {
  const untracked = withAvailability(ring(), 'var_2', { available: true, tracked: false })
  expect(untracked.variants.map(({ stockTracked }) => stockTracked)).toEqual([undefined, false])
  expect(withAvailability(untracked, 'var_2', { available: true })).toBe(untracked)
  const trackedAgain = withAvailability(untracked, 'var_2', { available: true, tracked: true })
  expect(trackedAgain).toEqual(withAvailability(ring(), 'var_2', { available: true }))
})
