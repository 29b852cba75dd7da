import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queryWords, searchWords } from './search-words.ts'

test.each([
  ['Grey Sofa', ['grey', 'sofa']],
  ["Women's top", ['womens', 'top']],
  ['long-sleeved, 14k', ['long', 'sleeved', '14k']],
  ['Café № ﬁne', ['café', 'no', 'fine']],
  ['бежевый диван', ['бежевый', 'диван']],
  ['" & | ! ( ) : * <->', []],
  ['', []],
])('searchWords(%j) is %j', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})

test('queryWords() takes each word once, and ten at the most', () => {
  expect(queryWords('red Red RED sofa')).toEqual(['red', 'sofa'])
  expect(queryWords('a b c d e f g h i j k l m')).toHaveLength(10)
})

test('words never hold an operator of a text search expression', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(searchWords(text).filter((word) => !/^[\p{L}\p{M}\p{N}]{1,60}$/u.test(word))).toEqual([])
    }),
  )
})
