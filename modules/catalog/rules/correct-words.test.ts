import fc from 'fast-check'
import { expect, test } from 'vitest'
import { correctWords, editsBetween, neighbourSwaps } from './correct-words.ts'

function lookup(typed: string, candidates: string[] | 'known', compounds: string[] = []) {
  const known = candidates === 'known'
  return { typed, plain: typed, known, candidates: known ? [] : candidates, compounds }
}

test('a mistyped word becomes the most similar candidate', () => {
  expect(correctWords([lookup('braclet', ['brace', 'bracelet', 'bracelets'])])).toEqual([['bracelet']])
})

test('known words do not change', () => {
  expect(correctWords([lookup('gold', 'known'), lookup('neclace', ['necklace'])])).toEqual([
    ['gold'],
    ['necklace'],
  ])
})

test('compounds that end with the word take precedence over similar words', () => {
  expect(correctWords([lookup('case', ['vase'], ['suitcase', 'pillowcase'])])).toEqual([
    ['suitcase', 'pillowcase'],
  ])
})

test('a word without similar words is left out while others remain', () => {
  expect(correctWords([lookup('suede', []), lookup('shoes', 'known')])).toEqual([['shoes']])
  expect(correctWords([lookup('xyzzy', [])])).toBeUndefined()
})

test('nothing is corrected when every word is known', () => {
  expect(correctWords([lookup('red', 'known'), lookup('sofa', 'known')])).toBeUndefined()
})

test('a word of three letters is not corrected by two edits, and one of two letters not at all', () => {
  expect(correctWords([lookup('hat', ['bag', 'cap'])])).toBeUndefined()
  expect(correctWords([lookup('ht', ['hat'])])).toBeUndefined()
})

test('neighbourSwaps() returns each swap once', () => {
  expect(neighbourSwaps('shrit')).toEqual(['hsrit', 'srhit', 'shirt', 'shrti'])
  expect(neighbourSwaps('aab')).toEqual(['aba'])
  expect(neighbourSwaps('a')).toEqual([])
})

test.each([
  ['sofa', 'sofa', 0],
  ['', 'sofa', 4],
  ['shrit', 'shirt', 1],
  ['sofas', 'sofa', 1],
  ['kitten', 'sitting', 3],
])('editsBetween(%j, %j) is %i', (one, other, edits) => {
  expect(editsBetween(one, other)).toBe(edits)
})

test('editsBetween() is symmetric, and each neighbour swap is one edit away', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
      expect(editsBetween(one, other)).toBe(editsBetween(other, one))
      for (const swap of neighbourSwaps(one)) expect(editsBetween(one, swap)).toBe(1)
    }),
  )
})
