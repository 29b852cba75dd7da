import { expect, test } from 'vitest'
import { matchPictures, wantedPictures } from './match-pictures.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

const A = 'https://example.com/a.jpg'
const B = 'https://example.com/b.jpg'

function existing(id: string, sourceUrl: string | null, withdrawn = false) {
  return { id, sourceUrl, withdrawn }
}

test('a product without pictures gets one that the shop draws', () => {
  expect(wantedPictures(productDraft({ title: 'Grey Sofa' }))).toEqual([
    { sourceUrl: null, alt: 'Grey Sofa', isDescribed: false },
  ])
})

test("a variant's picture joins the product's, once", () => {
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
  expect(wantedPictures(draft)).toEqual([
    { sourceUrl: A, alt: 'front', isDescribed: false },
    { sourceUrl: B, alt: 'Ring, Silver', isDescribed: false },
  ])
})

test('a picture without text is described by the title', () => {
  expect(wantedPictures(productDraft({ title: 'Ring', pictures: [{ url: A, alt: '' }] }))[0]!.alt).toBe(
    'Ring',
  )
})

test('a picture keeps its id when its place or text changes, and a withdrawn one comes back', () => {
  const wanted = [
    { sourceUrl: B, alt: 'new text' },
    { sourceUrl: A, alt: '' },
  ]
  const matches = matchPictures([existing('a', A), existing('b', B, true)], wanted, true)
  expect(matches.map((match) => match?.id)).toEqual(['b', 'a'])
})

test('a drawn picture gets a new id when what it shows has changed', () => {
  const wanted = [{ sourceUrl: null, alt: '' }]
  expect(matchPictures([existing('a', null)], wanted, true)[0]?.id).toBe('a')
  expect(matchPictures([existing('a', null)], wanted, false)[0]).toBeUndefined()
  expect(matchPictures([existing('a', null, true)], wanted, true)[0]).toBeUndefined()
})

test('two drawn pictures are two', () => {
  const wanted = [
    { sourceUrl: null, alt: 'front' },
    { sourceUrl: null, alt: 'back' },
  ]
  const matches = matchPictures([existing('a', null)], wanted, true)
  expect(matches.map((match) => match?.id)).toEqual(['a', undefined])
})

test('pictures that are only in the description come after all others, 250 in all', () => {
  const draft = productDraft({ pictures: [{ url: A, alt: 'front' }] })
  const described = [A, B, B].map((sourceUrl) => ({ sourceUrl, alt: 'in the text' }))
  expect(wantedPictures(draft, described)).toEqual([
    { sourceUrl: A, alt: 'front', isDescribed: false },
    { sourceUrl: B, alt: 'in the text', isDescribed: true },
  ])
  const many = Array.from({ length: 300 }, (_, i) => ({ sourceUrl: `${B}?${i}`, alt: '' }))
  expect(wantedPictures(draft, many)).toHaveLength(250)
})
