import { expect, it } from 'vitest'
import { isKnownVersion } from './entity-tags.ts'

it.each(['"a"', 'W/"a"', '"x", "a"', 'W/"x",W/"a" , "y"', '*', ' * '])(
  'If-None-Match: %s includes the entity tag "a"',
  (header) => {
    expect(isKnownVersion(header, '"a"')).toBe(true)
    expect(isKnownVersion(header, 'W/"a"')).toBe(true)
  },
)

it.each([undefined, '', '"b"', 'a', '"a b"', 'W/"aa"', '"x,a"'])(
  'If-None-Match: %s does not include the entity tag "a"',
  (header) => {
    expect(isKnownVersion(header, '"a"')).toBe(false)
  },
)
