import { expect, test } from 'vitest'
import { describedPictures, placePictures } from './described-pictures.ts'
import { sanitizeDescription } from './sanitize-description.ts'

const A = 'https://a.example/1.jpg?x=1&y=2'
const html = sanitizeDescription(
  `<p>Before</p><img src="${A}" alt="Front &amp; back"><img src="/pictures/pic_1"><p><img src="${A}" alt="again" width="10">After</p>`,
)

test('describedPictures() finds each picture once', () => {
  expect(describedPictures(html)).toEqual([
    { address: A, alt: 'Front & back' },
    { address: '/pictures/pic_1', alt: '' },
  ])
})

test('placePictures() writes where they are served, and leaves out those that are not', () => {
  const placed = placePictures(html, (address) => (address === A ? '/pictures/pic_9' : undefined))
  expect(placed).toBe(
    '<p>Before</p><img src="/pictures/pic_9" alt="Front &amp; back" loading="lazy" /><p><img src="/pictures/pic_9" alt="again" width="10" loading="lazy" />After</p>',
  )
  expect(describedPictures(placed)).toEqual([{ address: '/pictures/pic_9', alt: 'Front & back' }])
})
