import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRun, queryWords, runExpression, searchLength, searchTerms, searchWords } from './search-words.ts'

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

test('queryWords() takes each word once, and ten at the most', () => {
  expect(queryWords('red Red RED sofa').map(({ text }) => text)).toEqual(['red', 'sofa'])
  expect(queryWords('a b c d e f g h i j k l m')).toHaveLength(10)
})

test('words never hold an operator of a text search expression', () => {
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
])('of the words of %j, those that are parts are %j', (query, parts) => {
  expect(queryWords(query).map(({ isPart }) => isPart)).toEqual(parts)
})

test('searchTerms() takes runs apart, and takes them for one across spaces', () => {
  expect(searchTerms('緑茶 Tea 緑 茶器')).toEqual({
    words: 'tea',
    pieces: ['緑茶', '茶', '緑茶', '茶器', '器'].filter((piece, i, all) => all.indexOf(piece) === i),
  })
  expect(searchTerms('หมวก, ผ้า').pieces).toEqual(['หมว', 'มวก', 'วก', 'ก', 'ผ้า', '้า', 'า'])
})

test('runExpression() asks for all pieces, or for the beginning of one', () => {
  expect(runExpression('茶')).toBe("'茶':*")
  expect(runExpression('日本酒')).toBe("('日本' & '本酒') | '日本酒':*")
  expect(runExpression('หมวก')).toBe("('หมว' & 'มวก') | 'หมวก':*")
})

test('searchLength() counts words, or what comes to as much', () => {
  expect([searchLength('Grey Sofa'), searchLength('日本酒セット'), searchLength('')]).toEqual([2, 3, 0])
})

test('each part of a run is found by its pieces', () => {
  const run = fc.string({ unit: fc.constantFrom(...'緑茶日本酒セットー한국어'), minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(run, fc.nat(), fc.nat(), (text, from, length) => {
      const start = from % text.length
      const part = text.slice(start, start + 1 + (length % (text.length - start)))
      const { pieces } = searchTerms(`Tea ${text} pot`)
      const asked = [...runExpression(part).matchAll(/'([^']+)'(?!:)/g)].map(([, piece]) => piece)
      expect(asked.filter((piece) => !pieces.includes(piece!))).toEqual([])
      if (asked.length === 0) expect(pieces.some((piece) => piece.startsWith(part))).toBe(true)
      expect(isRun(part)).toBe(true)
    }),
  )
})
