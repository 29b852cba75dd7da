import { expect, it } from 'vitest'
import { readableEmail } from './readable-email.ts'

it.each([
  ['user@xn--mnchen-3ya.test', 'user@münchen.test'],
  ['Us.Er@example.com', 'Us.Er@example.com'],
  ['user@xn--0.test', 'user@xn--0.test'],
])('readableEmail() writes %s as %s', (stored, shown) => {
  expect(readableEmail(stored)).toBe(shown)
})
