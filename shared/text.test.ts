import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import {
  countOf,
  Email,
  Handle,
  isVisible,
  MultiLine,
  quote,
  SingleLine,
  TypedEmail,
  VisibleLine,
  visibleText,
} from './text.ts'

function accepts(schema: TSchema, text: string): boolean {
  return Compile(schema).Check(text)
}

describe('SingleLine', () => {
  it('accepts letters of any script, punctuation and emoji', () => {
    for (const text of ['Ada', 'Straße 1', '東京', "O'Neill & Söhne", '👩‍🚀'])
      expect(accepts(SingleLine(1, 40), text)).toBe(true)
  })

  it('rejects control characters, so that none reaches a header or the database', () => {
    for (const text of ['a\0b', 'a\nb', 'a\r\nBcc: b', '\t', 'a\u007f', 'a\n'])
      expect(accepts(SingleLine(1, 40), text)).toBe(false)
  })

  it('rejects white space alone when it needs at least one character', () => {
    expect(accepts(SingleLine(1, 40), '   ')).toBe(false)
    expect(accepts(SingleLine(1, 40), '')).toBe(false)
    expect(accepts(SingleLine(0, 40), '')).toBe(true)
    expect(accepts(SingleLine(0, 3), 'four')).toBe(false)
  })
})

it('MultiLine accepts line breaks and tabs, but no other control characters', () => {
  expect(accepts(MultiLine(0, 40), 'one\r\n\ttwo\n')).toBe(true)
  for (const text of ['a\0b', 'a\u000bb', 'a\u001bb']) expect(accepts(MultiLine(0, 40), text)).toBe(false)
})

it('Email accepts addresses that browsers accept, with a domain of at least two labels', () => {
  for (const text of ['a@b.de', 'first.last+tag@sub.example.com', "o'neill@example.com"])
    expect(accepts(Email, text)).toBe(true)
  for (const text of [
    '',
    'a',
    'a@b',
    '@b.de',
    'a@',
    'a b@c.de',
    'a@b.de\n',
    'a@-b.de',
    'a@b..de',
    'ä@b.de',
    `a@${'b'.repeat(64)}.de`,
    `${'a'.repeat(250)}@b.de`,
  ])
    expect(accepts(Email, text)).toBe(false)
})

it('TypedEmail accepts a domain in any script', () => {
  for (const text of ['a@b.de', 'user@münchen.test', 'a@例え。テスト', 'a@mün.xn--p1ai', 'a@mün..test'])
    expect([text, accepts(TypedEmail, text)]).toEqual([text, true])
  for (const text of [
    'a@b',
    'a@b..de',
    'ä@münchen.test',
    'a@münchen.test:25',
    'a@mün chen.test',
    'a@mün\n.test',
    'ü',
  ])
    expect([text, accepts(TypedEmail, text)]).toEqual([text, false])
})

it('VisibleLine needs more than white space and invisible characters', () => {
  for (const text of ['Ada', '山田', '\u200bA', '👩\u200d🚀', 'ا\u200c']) {
    expect([text, accepts(VisibleLine(40), text), isVisible(text)]).toEqual([text, true, true])
  }
  for (const text of [
    ' ',
    '\u200b\u200b',
    '\u00a0',
    '\u00ad',
    '\u2060\ufeff',
    '\u3164',
    '\u2800',
    '\u202e',
    '\ufe0f',
    '',
  ]) {
    expect([text, accepts(VisibleLine(40), text), isVisible(text)]).toEqual([text, false, false])
  }
  // Tag characters are beyond U+FFFF, which the schema's pattern does not cover
  expect(isVisible('\u{e0020}')).toBe(false)
})

it('Handle rejects characters with a meaning in URLs', () => {
  for (const text of ['cup', 'blue-cup-2', 'чашка']) expect(accepts(Handle, text)).toBe(true)
  for (const text of ['', 'a/b', 'a b', 'a?b', 'a#b', 'a%41', 'a\\b', 'a\n', 'a\0'])
    expect(accepts(Handle, text)).toBe(false)
})

it('countOf() uses the singular for 1 only', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'product'))).toEqual([
    '0 products',
    '1 product',
    '2 products',
  ])
  expect(countOf(2, 'entry', 'entries')).toBe('2 entries')
})

it('quote() uses quotation marks that the text does not contain', () => {
  expect(quote('Mug')).toBe('"Mug"')
  expect(quote('Pipe 12"')).toBe(`'Pipe 12"'`)
  expect(quote("Ada's mug", "'")).toBe(`"Ada's mug"`)
  expect(quote(`Ada's 12" pipe`)).toBe(`“Ada's 12" pipe”`)
})

it('visibleText() trims a text, and returns an empty one for invisible characters', () => {
  expect(['  Mug ', '\u200b\u200b', '\u2060 \ufe0f'].map(visibleText)).toEqual(['Mug', '', ''])
})
