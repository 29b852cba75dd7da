import { expect, test } from 'vitest'
import { draftPictures, matchPictures } from './match-pictures.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const A = 'https://example.com/a.jpg'
const B = 'https://example.com/b.jpg'

function existing(id: string, sourceUrl: string | null) {
  return { id, sourceUrl }
}

test('a product without pictures gets one without an original', () => {
  expect(draftPictures(productDraft({ title: 'Grey Sofa' }))).toEqual([
    { sourceUrl: null, alt: 'Grey Sofa', isInDescription: false },
  ])
})

test("the pictures of variants are added to the product's once", () => {
  const draft = productDraft({
    title: 'Ring',
    pictures: [{ url: A, alt: 'front' }],
    options: [{ name: 'Color', values: ['Gold', 'Silver', 'Black'] }],
    variants: [
      variantDraft({ optionValues: ['Gold'], pictureUrl: A }),
      variantDraft({ optionValues: ['Silver'], pictureUrl: B }),
      variantDraft({ optionValues: ['Black'], pictureUrl: B }),
    ],
  })
  expect(draftPictures(draft)).toEqual([
    { sourceUrl: A, alt: 'front', isInDescription: false },
    { sourceUrl: B, alt: 'Ring, Silver', isInDescription: false },
  ])
})

test('a picture without an alternative text gets the title', () => {
  expect(draftPictures(productDraft({ title: 'Ring', pictures: [{ url: A, alt: '' }] }))[0]!.alt).toBe('Ring')
})

test('a picture keeps its id when its position or text changes', () => {
  const pictures = [
    { sourceUrl: B, alt: 'new text' },
    { sourceUrl: A, alt: '' },
  ]
  const matches = matchPictures([existing('a', A), existing('b', B)], pictures)
  expect(matches.map((match) => match?.id)).toEqual(['b', 'a'])
})

test('two pictures without an original get different ids', () => {
  const pictures = [
    { sourceUrl: null, alt: 'front' },
    { sourceUrl: null, alt: 'back' },
  ]
  const matches = matchPictures([existing('a', null)], pictures)
  expect(matches.map((match) => match?.id)).toEqual(['a', undefined])
})

test('pictures of the description come after all others, up to 250 in total', () => {
  const draft = productDraft({ pictures: [{ url: A, alt: 'front' }] })
  const inDescription = [A, B, B].map((sourceUrl) => ({ sourceUrl, alt: 'in the text' }))
  expect(draftPictures(draft, inDescription)).toEqual([
    { sourceUrl: A, alt: 'front', isInDescription: false },
    { sourceUrl: B, alt: 'in the text', isInDescription: true },
  ])
  const many = Array.from({ length: 300 }, (_, i) => ({ sourceUrl: `${B}?${i}`, alt: '' }))
  expect(draftPictures(draft, many)).toHaveLength(250)
})
