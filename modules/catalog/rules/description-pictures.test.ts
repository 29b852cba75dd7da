import { expect, test } from 'vitest'
import { descriptionPictures, replacePictures } from './description-pictures.ts'
import { sanitizeDescription } from './sanitize-description.ts'

const A = 'https://a.example/1.jpg?x=1&y=2'
const html = sanitizeDescription(
  `<p>Before</p><img src="${A}" alt="Front &amp; back"><img src="/pictures/pic_1"><p><img src="${A}" alt="again" width="10">After</p>`,
)

test('descriptionPictures() returns each picture once', () => {
  expect(descriptionPictures(html)).toEqual([
    { url: A, alt: 'Front & back' },
    { url: '/pictures/pic_1', alt: '' },
  ])
})

test('replacePictures() replaces URLs, and removes pictures for which `urlOf` returns undefined', () => {
  const replaced = replacePictures(html, (url) => (url === A ? '/pictures/pic_9' : undefined))
  expect(replaced).toBe(
    '<p>Before</p><img src="/pictures/pic_9" alt="Front &amp; back" loading="lazy" /><p><img src="/pictures/pic_9" alt="again" width="10" loading="lazy" />After</p>',
  )
  expect(descriptionPictures(replaced)).toEqual([{ url: '/pictures/pic_9', alt: 'Front & back' }])
})
