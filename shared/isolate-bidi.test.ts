import { expect, it } from 'vitest'
import { isolateBidi } from './isolate-bidi.ts'

it('isolateBidi() returns left-to-right text unchanged', () => {
  for (const text of ['', 'Lambswool jumper', 'Größe 42 – “wide”', '毛衣 🧶'])
    expect(isolateBidi(text)).toBe(text)
})

it.each([
  ['a name in Hebrew', 'סוודר', '\u2068סוודר\u2069'],
  ['an override mark', '\u202ereppuj', '\u2068\u202ereppuj\u2069'],
  ['an end mark without a start', 'a\u2069\u202eb', '\u2068a\u202eb\u2069'],
  ['a start mark without an end', '\u2067a', '\u2068\u2067a\u2069\u2069'],
  ['text that is already isolated', '\u2068סוודר\u2069', '\u2068\u2068סוודר\u2069\u2069'],
])('isolateBidi() wraps %s', (_what, text, expected) => {
  expect(isolateBidi(text)).toBe(expected)
})
