import fc from 'fast-check'
import { expect, it } from 'vitest'
import { asciiEmail, emailKey } from './email.ts'

it('emailKey() ignores case in the whole address', () => {
  expect(emailKey('Ada.Lovelace@Example.COM')).toBe('ada.lovelace@example.com')
})

it('emailKey() keeps dots and tags, because mail services treat them differently', () => {
  expect(emailKey('a.da+shop@example.com')).not.toBe(emailKey('ada@example.com'))
})

it('emailKey() is idempotent', () => {
  fc.assert(fc.property(fc.emailAddress(), (email) => emailKey(emailKey(email)) === emailKey(email)))
})

it('emailKey() is the same for an internationalised domain and its ASCII form', () => {
  expect(emailKey('User@MÜNCHEN.test')).toBe('user@xn--mnchen-3ya.test')
  expect(emailKey('user@XN--MNCHEN-3YA.test')).toBe('user@xn--mnchen-3ya.test')
})

it('asciiEmail() converts the domain to ASCII and leaves the local part and ASCII addresses unchanged', () => {
  expect(asciiEmail('Us.Er+1@münchen.test')).toBe('Us.Er+1@xn--mnchen-3ya.test')
  expect(asciiEmail('a@mu\u0308nchen.test')).toBe('a@xn--mnchen-3ya.test')
  expect(asciiEmail('a@例え.テスト')).toBe('a@xn--r8jz45g.xn--zckzah')
  expect(asciiEmail('Ada@Example.COM')).toBe('Ada@Example.COM')
})

it('asciiEmail() returns undefined for an invalid domain and for a result that is too long', () => {
  const wrong = [
    'a@ü',
    'a@ü..test',
    'a@\u200b.test',
    'a@ü.test/x',
    'a@ü.test:25',
    'ü@münchen.test',
    'a@xn--ü.test',
    '@ü.test',
  ]
  for (const text of [...wrong, `a@${'ü.'.repeat(60)}test`])
    expect([text, asciiEmail(text)]).toEqual([text, undefined])
})
