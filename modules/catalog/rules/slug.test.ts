import { expect, test } from 'vitest'
import { slug } from './slug.ts'

test.each([
  ['Bracelets', 'bracelets'],
  ["Men's Shoes", 'mens-shoes'],
  ['  Home & Garden  ', 'home-garden'],
  ['Café Crème', 'cafe-creme'],
  ['Ключи', 'ключи'],
  ['T-Shirts / Tops', 't-shirts-tops'],
  ['!?', ''],
  ['', ''],
])('slug(%j) is %j', (text, expected) => {
  expect(slug(text)).toBe(expected)
})

test('slug() is idempotent', () => {
  for (const text of ["Men's Shoes", 'x'.repeat(300), `${'x'.repeat(199)}😀`])
    expect(slug(slug(text))).toBe(slug(text))
})
