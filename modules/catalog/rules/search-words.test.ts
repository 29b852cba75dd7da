import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isUnspaced,
  queryWords,
  searchLength,
  searchTerms,
  searchWords,
  unspacedExpression,
} from './search-words.ts'

test.each([
  ['Grey Sofa', ['grey', 'sofa']],
  ["Women's top", ['womens', 'top']],
  ['long-sleeved, 14k', ['long', 'sleeved', '14k']],
  ['Café № ﬁne', ['café', 'no', 'fine']],
  ['бежевый диван', ['бежевый', 'диван']],
  ['5号電池パック', ['5', '号電池パック']],
  ['オリジナルTシャツ', ['オリジナル', 't', 'シャツ']],
  ['「緑茶」・『紅茶』', ['緑茶', '紅茶']],
  ['" & | ! ( ) : * <->', []],
  ['', []],
])('searchWords(%j) is %j', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})

test('queryWords() returns each word once, and at most ten', () => {
  expect(queryWords('red Red RED sofa').map(({ text }) => text)).toEqual(['red', 'sofa'])
  expect(queryWords('a b c d e f g h i j k l m')).toHaveLength(10)
})

test('words never contain an operator of a tsquery', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(searchWords(text).filter((word) => !/^[\p{L}\p{M}\p{N}]{1,60}$/u.test(word))).toEqual([])
    }),
  )
})

test.each([
  ['a/b', [true, true]],
  ['t-shirt', [true, false]],
  ['vitamin b', [false, false]],
  ['b c/b', [true, true]],
  ['t恤', [true, false]],
])('isPart of the words of %j is %j', (query, parts) => {
  expect(queryWords(query).map(({ isPart }) => isPart)).toEqual(parts)
})

test('searchTerms() returns n-grams of scripts without spaces, and ignores spaces in them', () => {
  expect(searchTerms('緑茶 Tea 緑 茶器')).toEqual({
    words: 'tea',
    // Those of 緑茶, and of 緑茶器 without those that it shares with 緑茶
    ngrams: ['緑茶', '茶', '茶器', '器'],
  })
  expect(searchTerms('หมวก, ผ้า').ngrams).toEqual(['หมว', 'มวก', 'วก', 'ก', 'ผ้า', '้า', 'า'])
})

test('unspacedExpression() contains all n-grams, or the prefix of one', () => {
  expect(unspacedExpression('茶')).toBe("'茶':*")
  expect(unspacedExpression('日本酒')).toBe("('日本' & '本酒') | '日本酒':*")
  expect(unspacedExpression('หมวก')).toBe("('หมว' & 'มวก') | 'หมวก':*")
})

test('searchLength() counts words, and n-grams in scripts without spaces', () => {
  expect([searchLength('Grey Sofa'), searchLength('日本酒セット'), searchLength('')]).toEqual([2, 3, 0])
})

test('each part of a text without spaces is found by its n-grams', () => {
  const run = fc.string({ unit: fc.constantFrom(...'緑茶日本酒セットー한국어'), minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(run, fc.nat(), fc.nat(), (text, from, length) => {
      const start = from % text.length
      const part = text.slice(start, start + 1 + (length % (text.length - start)))
      const { ngrams } = searchTerms(`Tea ${text} pot`)
      const searched = [...unspacedExpression(part).matchAll(/'([^']+)'(?!:)/g)].map(([, ngram]) => ngram)
      expect(searched.filter((ngram) => !ngrams.includes(ngram!))).toEqual([])
      if (searched.length === 0) expect(ngrams.some((ngram) => ngram.startsWith(part))).toBe(true)
      expect(isUnspaced(part)).toBe(true)
    }),
  )
})
