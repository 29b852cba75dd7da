import { expect, test } from 'vitest'
import { draftHash } from './draft-hash.ts'
import { findDraftProblem } from './find-draft-problem.ts'
import { normaliseDraft } from './normalise-draft.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

test('normaliseDraft() sanitises the description', () => {
  expect(
    normaliseDraft(productDraft({ descriptionHtml: '<p onclick="x()">text<script>x</script></p>' }))
      .descriptionHtml,
  ).toBe('<p>text</p>')
})

test('normaliseDraft() removes repeated tags and pictures', () => {
  const url = 'https://example.com/a.jpg'
  const draft = productDraft({
    tags: ['sale', ' sale'],
    pictures: [
      { url, alt: 'first' },
      { url, alt: 'second' },
    ],
  })
  expect(normaliseDraft(draft)).toMatchObject({ tags: ['sale'], pictures: [{ url, alt: 'first' }] })
})

test('normaliseDraft() empties texts without a visible character', () => {
  const invisible = '\u200b\u200b'
  const draft = productDraft({
    vendor: invisible,
    type: invisible,
    seoTitle: invisible,
    seoDescription: invisible,
    pictures: [{ url: null, alt: invisible }],
  })
  expect(normaliseDraft(draft)).toMatchObject({
    vendor: '',
    type: '',
    seoTitle: '',
    seoDescription: '',
    pictures: [{ url: null, alt: '' }],
  })
})

test('normaliseDraft() drops a compare-at price that is not higher', () => {
  const variants = [variantDraft({ price: eur(500), compareAtPrice: eur(500) })]
  expect(normaliseDraft(productDraft({ variants })).variants[0]!.compareAtPrice).toBeNull()
})

test('normaliseDraft() replaces lone surrogates in all members', () => {
  const loneSurrogate = 'a\ud800'
  const options = [{ name: loneSurrogate, values: [loneSurrogate] }]
  const variants = [variantDraft({ sku: loneSurrogate, optionValues: [loneSurrogate] })]
  const normalised = normaliseDraft(
    productDraft({
      title: loneSurrogate,
      descriptionHtml: loneSurrogate,
      tags: [loneSurrogate],
      options,
      variants,
    }),
  )
  expect(JSON.stringify(normalised)).not.toContain('\\ud800')
  expect(findDraftProblem(normalised, normalised.variants[0]!.price.currency)).toBeUndefined()
})

test('normaliseDraft() is idempotent', () => {
  const draft = productDraft({
    descriptionHtml: '<h1>A</h1>5 < 6',
    pictures: [{ url: 'HTTPS://EXAMPLE.com/ä.jpg', alt: ' x ' }],
  })
  expect(normaliseDraft(normaliseDraft(draft))).toEqual(normaliseDraft(draft))
})

test('draftHash() does not depend on the order of members', () => {
  const draft = productDraft({})
  const reordered = Object.fromEntries(Object.entries(draft).reverse()) as typeof draft
  expect(draftHash(normaliseDraft(reordered))).toBe(draftHash(normaliseDraft(draft)))
})

test('draftHash() differs for different drafts', () => {
  const one = draftHash(normaliseDraft(productDraft({})))
  expect(draftHash(normaliseDraft(productDraft({ published: false })))).not.toBe(one)
  expect(draftHash(normaliseDraft(productDraft({ variants: [variantDraft({ price: eur(1) })] })))).not.toBe(
    one,
  )
})
