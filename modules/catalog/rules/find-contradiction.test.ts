import { expect, test } from 'vitest'
import { findContradiction } from './find-contradiction.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const size = { name: 'Size', values: ['S', 'M'] }
const usd = { amount: 100, currency: 'USD' }

test('a sound draft has no contradiction', () => {
  const variants = [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })]
  expect(findContradiction(productDraft({ options: [size], variants }))).toBeUndefined()
})

test.each([
  [
    'two options of one name',
    { options: [size, size], variants: [variantDraft({ optionValues: ['S', 'S'] })] },
    'two options are named "Size"',
  ],
  ['a variant without a value', { options: [size] }, 'has 0 option values, and there are 1 options'],
  [
    'a value that the option lacks',
    { options: [size], variants: [variantDraft({ optionValues: ['L'] })] },
    '"L", which the option "Size" does not list',
  ],
  [
    'two variants with the same values',
    { variants: [variantDraft({}), variantDraft({})] },
    'two variants have the option values ""',
  ],
  [
    'a price below zero',
    { variants: [variantDraft({ price: { amount: -1, currency: 'EUR' } })] },
    'a price is -1',
  ],
  [
    'an earlier price in another currency',
    { variants: [variantDraft({ compareAtPrice: usd })] },
    'in EUR and in USD',
  ],
  [
    'two variants in different currencies',
    {
      options: [size],
      variants: [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'], price: usd })],
    },
    'in EUR and in USD',
  ],
  [
    'a picture that is a script',
    { pictures: [{ url: 'javascript:x', alt: '' }] },
    '"javascript:x" is not the address of a picture',
  ],
  [
    'a picture that is a file',
    { variants: [variantDraft({ pictureUrl: 'file:///etc/passwd' })] },
    'is not the address of a picture',
  ],
])('%s is a contradiction', (_name, parts, message) => {
  expect(findContradiction(productDraft(parts))).toContain(message)
})
