import { describe, expect, it } from 'vitest'
import { describeShortage, nameShortage } from './shortage.ts'

function cartLine(variantId: string, title: string, variantTitle: string) {
  const price = { amount: 1000, currency: 'EUR' }
  return {
    id: 'lin_1',
    variantId,
    productHandle: 'mug',
    title,
    variantTitle,
    sku: null,
    pictureUrl: '/p',
    quantity: 3,
    unitPrice: price,
    total: price,
  }
}

const lines = [cartLine('var_1', 'Enamel mug', 'Blue'), cartLine('var_2', 'Tea towel', 'Tea towel')]

describe('nameShortage()', () => {
  it('names a variant by the titles of product and variant, and the only variant of a product by the product’s title', () => {
    const short = [
      { variantId: 'var_1', requested: 3, available: 2 },
      { variantId: 'var_2', requested: 3, available: 0 },
    ]
    expect(nameShortage(short, lines).map((line) => line.title)).toEqual(['Enamel mug, Blue', 'Tea towel'])
  })
})

describe('describeShortage()', () => {
  it('says how many are left, or that a product is sold out', () => {
    const short = nameShortage(
      [
        { variantId: 'var_1', requested: 3, available: 2 },
        { variantId: 'var_2', requested: 1, available: 0 },
      ],
      lines,
    )
    expect(describeShortage(short)).toBe('only 2 of 3 "Enamel mug, Blue" are left; "Tea towel" is sold out')
  })
  it('uses the singular for one piece, and quotation marks that the title does not contain', () => {
    const short = { variantId: 'var_1', requested: 3, available: 1, title: 'Pipe 12"' }
    expect(describeShortage([short])).toBe(`only 1 of 3 'Pipe 12"' is left`)
  })
})
