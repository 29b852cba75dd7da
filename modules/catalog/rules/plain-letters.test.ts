import { expect, test } from 'vitest'
import { trigramForm, withoutLatinAccents } from './plain-letters.ts'

test.each([
  ['Crème brûlée', 'Creme brulee'],
  ['Ångström', 'Angstrom'],
  ['чай, ёлка', 'чай, ёлка'],
  ['が', 'が'],
])('withoutLatinAccents(%j) is %j', (text, plain) => {
  expect(withoutLatinAccents(text)).toBe(plain)
})

test('trigramForm() leaves ASCII alone', () => {
  expect(trigramForm('sofa42')).toBe('sofa42')
})

test('trigramForm() has one ASCII letter for each letter, always the same', () => {
  expect(trigramForm('диван')).toMatch(/^[a-z]{5}$/)
  expect(trigramForm('дивпн').slice(0, 3)).toBe(trigramForm('диван').slice(0, 3))
  expect(trigramForm('𝒳')).toMatch(/^[a-z]$/)
})
