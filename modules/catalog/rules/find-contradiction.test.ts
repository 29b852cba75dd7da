import { expect, test } from 'vitest'
import { findContradiction } from './find-contradiction.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const size = { name: 'Size', values: ['S', 'M'] }
const usd = { amount: 100, currency: 'USD' }

test('a sound draft has no contradiction', () => {
  const variants = [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })]
  expect(findContradiction(productDraft({ options: [size], variants }), 'EUR')).toBeUndefined()
})

test.each([
  [
    'two options of one name',
    { options: [size, size], variants: [variantDraft({ optionValues: ['S', 'S'] })] },
    'two options are named "Size"',
  ],
  [
    'a variant without a value',
    { options: [size] },
    'a variant has 0 option values, and the product has 1 option; give',
  ],
  [
    'a variant with a value too few',
    { options: [size, { name: 'Fit', values: ['Slim'] }], variants: [variantDraft({ optionValues: ['S'] })] },
    'the variant "S" has 1 option value, and the product has 2 options; give one value for each option',
  ],
  [
    'a value that the option lacks',
    { options: [size], variants: [variantDraft({ optionValues: ['L'] })] },
    '"L", which the option "Size" does not list',
  ],
  [
    'two variants without options',
    { variants: [variantDraft({}), variantDraft({})] },
    'there are 2 variants and no options; give options that tell the variants apart',
  ],
  [
    'two variants with the same values',
    {
      options: [{ name: 'Length', values: ['12"'] }],
      variants: [variantDraft({ optionValues: ['12"'] }), variantDraft({ optionValues: ['12"'] })],
    },
    `two variants have the option values '12"'; change one of them`,
  ],
  [
    'a price below zero',
    { variants: [variantDraft({ price: { amount: -1, currency: 'EUR' } })] },
    'a price is -1',
  ],
  [
    'a price beyond what an order can hold',
    { variants: [variantDraft({ price: { amount: 900_000_000_001, currency: 'EUR' } })] },
    'a price is 900000000001, more than an order can hold; use 900000000000 at most',
  ],
  [
    'a price in a currency that does not exist',
    { variants: [variantDraft({ price: { amount: 1, currency: 'ZZZ' } })] },
    'a price is in ZZZ, and this shop sells in EUR (PANDO_CURRENCY); give it in EUR',
  ],
  [
    'an earlier price in another currency',
    { variants: [variantDraft({ compareAtPrice: usd })] },
    'a price is in USD, and this shop sells in EUR',
  ],
  [
    'two variants in different currencies',
    {
      options: [size],
      variants: [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'], price: usd })],
    },
    'a price is in USD, and this shop sells in EUR',
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
  expect(findContradiction(productDraft(parts), 'EUR')).toContain(message)
})

const unseen = '\u200b\u200b'

test.each([
  ['the title', { title: unseen }],
  [
    'the name of an option',
    { options: [{ name: unseen, values: ['S'] }], variants: [variantDraft({ optionValues: ['S'] })] },
  ],
  [
    'a value of an option',
    { options: [{ name: 'Size', values: [unseen] }], variants: [variantDraft({ optionValues: [unseen] })] },
  ],
  ['a tag', { tags: ['sale', unseen] }],
  ['a SKU', { variants: [variantDraft({ sku: unseen })] }],
  ['a barcode', { variants: [variantDraft({ barcode: unseen })] }],
])('%s without a visible character is refused', (what, parts) => {
  expect(findContradiction(productDraft(parts), 'EUR')).toBe(
    `${what} has no visible character; write a text that can be read`,
  )
})

test('a handle without a visible character is refused', () => {
  expect(findContradiction(productDraft({ handle: unseen }), 'EUR')).toContain(
    'no page can have this address',
  )
})
