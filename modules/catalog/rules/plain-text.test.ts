import { expect, test } from 'vitest'
import { excerpt, plainText } from './plain-text.ts'
import { sanitizeDescription } from './sanitize-description.ts'

test('plainText() keeps the words of adjacent blocks apart', () => {
  expect(plainText('<p>Warm</p><p>wool</p><ul><li>soft</li></ul>')).toBe('Warm wool soft')
})

test('plainText() decodes entities', () => {
  expect(plainText(sanitizeDescription('<p>5 &lt; 6 &amp;amp; &quot;7&quot; caf&eacute;</p>'))).toBe(
    '5 < 6 &amp; "7" café',
  )
})

test('excerpt() does not change a short text', () => {
  expect(excerpt('A warm jumper.', 160)).toBe('A warm jumper.')
})

test('excerpt() cuts a long text between words', () => {
  expect(excerpt('A warm jumper, knitted in the north', 24)).toBe('A warm jumper, knitted…')
  expect(excerpt('A warm jumper, knitted', 16)).toBe('A warm jumper…')
})

test('excerpt() never exceeds its length and never splits a character', () => {
  expect(excerpt('x'.repeat(300), 160)).toHaveLength(160)
  expect(excerpt('😀'.repeat(100), 160).isWellFormed()).toBe(true)
})
