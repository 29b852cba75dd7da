import { describe, expect, it } from 'vitest'
import { canBuyValue, chosenVariant, firstVariant, optionField } from './variant-choice.ts'

const price = { amount: 1000, currency: 'EUR' }
const variant = (id: string, colour: string, size: string, available = true) => ({
  id,
  sku: null,
  title: `${colour} / ${size}`,
  options: { Colour: colour, Size: size },
  price,
  available,
})
const shirt = {
  options: [
    { name: 'Colour', values: ['Red', 'Blue'] },
    { name: 'Size', values: ['S', 'M'] },
  ],
  variants: [
    variant('var_1', 'Red', 'S', false),
    variant('var_2', 'Red', 'M'),
    variant('var_3', 'Blue', 'M', false),
  ],
}

describe('chosenVariant()', () => {
  it('finds the variant by its id', () => {
    expect(chosenVariant(shirt, { variantId: 'var_3' })?.id).toBe('var_3')
    expect(chosenVariant(shirt, { variantId: 'var_9' })).toBeUndefined()
  })

  it('finds the variant by one value for each option', () => {
    expect(chosenVariant(shirt, { [optionField('Colour')]: 'Red', [optionField('Size')]: 'M' })?.id).toBe(
      'var_2',
    )
  })

  it('returns undefined for a combination without a variant, a missing value and a list of values', () => {
    expect(
      chosenVariant(shirt, { [optionField('Colour')]: 'Blue', [optionField('Size')]: 'S' }),
    ).toBeUndefined()
    expect(chosenVariant(shirt, { [optionField('Colour')]: 'Red' })).toBeUndefined()
    expect(
      chosenVariant(shirt, { [optionField('Colour')]: ['Red'], [optionField('Size')]: 'M' }),
    ).toBeUndefined()
  })

  it('returns the only variant of a product without options', () => {
    expect(chosenVariant({ options: [], variants: [variant('var_7', '', '')] }, {})?.id).toBe('var_7')
  })
})

describe('firstVariant()', () => {
  it('prefers an available variant', () => {
    expect(firstVariant(shirt)?.id).toBe('var_2')
    expect(firstVariant({ variants: [shirt.variants[0]!] })?.id).toBe('var_1')
    expect(firstVariant({ variants: [] })).toBeUndefined()
  })
})

describe('canBuyValue()', () => {
  it('is true if any variant with the value is available, while no other option has a chosen value', () => {
    expect(canBuyValue(shirt, 'Size', 'M', {})).toBe(true)
    expect(canBuyValue(shirt, 'Size', 'M', { Colour: '', Size: 'S' })).toBe(true)
    expect(canBuyValue(shirt, 'Size', 'S', {})).toBe(false)
    expect(canBuyValue(shirt, 'Colour', 'Blue', {})).toBe(false)
  })

  it('takes the chosen values of other options into account', () => {
    expect(canBuyValue(shirt, 'Size', 'M', { Colour: 'Red', Size: 'S' })).toBe(true)
    expect(canBuyValue(shirt, 'Size', 'M', { Colour: 'Blue', Size: 'S' })).toBe(false)
  })
})
