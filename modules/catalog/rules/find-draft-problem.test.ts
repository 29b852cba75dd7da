import { expect, test } from 'vitest'
import { findDraftProblem } from './find-draft-problem.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const size = { name: 'Size', values: ['S', 'M'] }
const usd = { amount: 100, currency: 'USD' }

test('a valid draft has no problem', () => {
  const variants = [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })]
  expect(findDraftProblem(productDraft({ options: [size], variants }), 'EUR')).toBeUndefined()
})

test.each([
  [
    'two options with the same name',
    { options: [size, size], variants: [variantDraft({ optionValues: ['S', 'S'] })] },
    'two options are named "Size"',
  ],
  [
    'a variant without a value',
    { options: [size] },
    'a variant has 0 option values, but the product has 1 option; send',
  ],
  [
    'a variant with too few values',
    { options: [size, { name: 'Fit', values: ['Slim'] }], variants: [variantDraft({ optionValues: ['S'] })] },
    'the variant "S" has 1 option value, but the product has 2 options; send one value for each option',
  ],
  [
    'a value that the option lacks',
    { options: [size], variants: [variantDraft({ optionValues: ['L'] })] },
    '"L", which the option "Size" does not list',
  ],
  [
    'two variants without options',
    { variants: [variantDraft({}), variantDraft({})] },
    'there are 2 variants and no options; add options that distinguish the variants',
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
    'the price is -1 minor units; use 0 or more',
  ],
  [
    'a price above the maximum of an order',
    { variants: [variantDraft({ price: { amount: 900_000_000_001, currency: 'EUR' } })] },
    'the price is 900000000001 minor units, more than the maximum of an order; use at most 900000000000',
  ],
  [
    'a price in a currency that does not exist',
    { variants: [variantDraft({ price: { amount: 1, currency: 'ZZZ' } })] },
    'the price is in ZZZ, but this shop sells in EUR (PANDO_CURRENCY); convert it to EUR',
  ],
  [
    'a compare-at price in another currency',
    { variants: [variantDraft({ compareAtPrice: usd })] },
    'the compare-at price is in USD, but this shop sells in EUR',
  ],
  [
    'two variants in different currencies',
    {
      options: [size],
      variants: [variantDraft({ optionValues: ['S'] }), variantDraft({ optionValues: ['M'], price: usd })],
    },
    'the price of the variant "M" is in USD, but this shop sells in EUR',
  ],
  [
    'a picture URL with a script',
    { pictures: [{ url: 'javascript:x', alt: '' }] },
    '"javascript:x" is not the URL of a picture',
  ],
  [
    'a picture URL of a file',
    { variants: [variantDraft({ pictureUrl: 'file:///etc/passwd' })] },
    'is not the URL of a picture',
  ],
  [
    'a picture URL of a file outside of the sample',
    { pictures: [{ url: 'sample:../catalogue.csv', alt: '' }] },
    '"sample:../catalogue.csv" is not the URL of a picture',
  ],
])('%s is a problem', (_name, parts, message) => {
  expect(findDraftProblem(productDraft(parts), 'EUR')).toContain(message)
})

const invisible = '\u200b\u200b'

test.each([
  ['the title', { title: invisible }],
  [
    'the name of an option',
    { options: [{ name: invisible, values: ['S'] }], variants: [variantDraft({ optionValues: ['S'] })] },
  ],
  [
    'a value of an option',
    {
      options: [{ name: 'Size', values: [invisible] }],
      variants: [variantDraft({ optionValues: [invisible] })],
    },
  ],
  ['a tag', { tags: ['sale', invisible] }],
  ['a SKU', { variants: [variantDraft({ sku: invisible })] }],
  ['a barcode', { variants: [variantDraft({ barcode: invisible })] }],
])('%s without a visible character is refused', (name, parts) => {
  expect(findDraftProblem(productDraft(parts), 'EUR')).toBe(
    `${name} has no visible character; enter a readable text`,
  )
})

test('a handle without a visible character is refused', () => {
  expect(findDraftProblem(productDraft({ handle: invisible }), 'EUR')).toContain('no page can have this URL')
})
