import { expect, test } from 'vitest'
import { draftHash } from './draft-hash.ts'
import { findContradiction } from './find-contradiction.ts'
import { settleDraft } from './settle-draft.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

test('settleDraft() cleans the description', () => {
  expect(
    settleDraft(productDraft({ descriptionHtml: '<p onclick="x()">text<script>x</script></p>' }))
      .descriptionHtml,
  ).toBe('<p>text</p>')
})

test('settleDraft() takes each tag and each picture once', () => {
  const url = 'https://example.com/a.jpg'
  const draft = productDraft({
    tags: ['sale', ' sale'],
    pictures: [
      { url, alt: 'first' },
      { url, alt: 'second' },
    ],
  })
  expect(settleDraft(draft)).toMatchObject({ tags: ['sale'], pictures: [{ url, alt: 'first' }] })
})

test('settleDraft() leaves nothing of texts that cannot be seen', () => {
  const unseen = '\u200b\u200b'
  const draft = productDraft({
    vendor: unseen,
    type: unseen,
    seoTitle: unseen,
    seoDescription: unseen,
    pictures: [{ url: null, alt: unseen }],
  })
  expect(settleDraft(draft)).toMatchObject({
    vendor: '',
    type: '',
    seoTitle: '',
    seoDescription: '',
    pictures: [{ url: null, alt: '' }],
  })
})

test('settleDraft() drops an earlier price that is not higher', () => {
  const variants = [variantDraft({ price: eur(500), compareAtPrice: eur(500) })]
  expect(settleDraft(productDraft({ variants })).variants[0]!.compareAtPrice).toBeNull()
})

test('settleDraft() replaces half characters everywhere', () => {
  const half = 'a\ud800'
  const options = [{ name: half, values: [half] }]
  const variants = [variantDraft({ sku: half, optionValues: [half] })]
  const settled = settleDraft(
    productDraft({ title: half, descriptionHtml: half, tags: [half], options, variants }),
  )
  expect(JSON.stringify(settled)).not.toContain('\\ud800')
  expect(findContradiction(settled, settled.variants[0]!.price.currency)).toBeUndefined()
})

test('settling twice changes nothing', () => {
  const draft = productDraft({
    descriptionHtml: '<h1>A</h1>5 < 6',
    pictures: [{ url: 'HTTPS://EXAMPLE.com/ä.jpg', alt: ' x ' }],
  })
  expect(settleDraft(settleDraft(draft))).toEqual(settleDraft(draft))
})

test('draftHash() does not depend on the order of members', () => {
  const draft = productDraft({})
  const turned = Object.fromEntries(Object.entries(draft).reverse()) as typeof draft
  expect(draftHash(settleDraft(turned))).toBe(draftHash(settleDraft(draft)))
})

test('draftHash() tells two drafts apart', () => {
  const one = draftHash(settleDraft(productDraft({})))
  expect(draftHash(settleDraft(productDraft({ published: false })))).not.toBe(one)
  expect(draftHash(settleDraft(productDraft({ variants: [variantDraft({ price: eur(1) })] })))).not.toBe(one)
})
