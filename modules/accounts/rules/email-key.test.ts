import fc from 'fast-check'
import { expect, it } from 'vitest'
import { emailKey } from './email-key.ts'

it('emailKey() compares whole addresses without regard to case', () => {
  expect(emailKey('Ada.Lovelace@Example.COM')).toBe('ada.lovelace@example.com')
})

it('emailKey() keeps dots and tags apart, because mail services differ in what they mean', () => {
  expect(emailKey('a.da+shop@example.com')).not.toBe(emailKey('ada@example.com'))
})

it('emailKey() is the same for its own result', () => {
  fc.assert(fc.property(fc.emailAddress(), (email) => emailKey(emailKey(email)) === emailKey(email)))
})
