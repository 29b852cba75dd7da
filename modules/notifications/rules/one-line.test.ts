import fc from 'fast-check'
import { expect, it } from 'vitest'
import { oneLine } from './one-line.ts'

it('oneLine() replaces line breaks with spaces and keeps other characters', () => {
  expect(oneLine('Größe 38 – 木')).toBe('Größe 38 – 木')
  expect(oneLine('Hello\r\nBcc: a@example.com')).toBe('Hello Bcc: a@example.com')
})

it('oneLine() leaves no character that could end a line', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.constantFrom('\r', '\n', '\0', '\v', '\f', '\u0085', '\u2028', '\u2029'),
      ),
    )
    .map((parts) => parts.join(''))
  fc.assert(fc.property(text, (value) => !/[\p{Cc}\u2028\u2029]/u.test(oneLine(value))))
})
