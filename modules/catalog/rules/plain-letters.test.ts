import { expect, test } from 'vitest'
import { stripLatinAccents, trigramForm } from './plain-letters.ts'

test.each([
  ['Crème brûlée', 'Creme brulee'],
  ['Ångström', 'Angstrom'],
  ['чай, ёлка', 'чай, ёлка'],
  ['が', 'が'],
])('stripLatinAccents(%j) is %j', (text, plain) => {
  expect(stripLatinAccents(text)).toBe(plain)
})

test('trigramForm() does not change ASCII', () => {
  expect(trigramForm('sofa42')).toBe('sofa42')
})

test('trigramForm() replaces each letter outside ASCII with one ASCII letter, always the same', () => {
  expect(trigramForm('диван')).toMatch(/^[a-z]{5}$/)
  expect(trigramForm('дивпн').slice(0, 3)).toBe(trigramForm('диван').slice(0, 3))
  expect(trigramForm('𝒳')).toMatch(/^[a-z]$/)
})
