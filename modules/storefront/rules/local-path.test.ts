import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localPath } from './local-path.ts'

describe('localPath()', () => {
  it('returns paths of the shop', () => {
    expect(localPath('/checkout', '/account')).toBe('/checkout')
    expect(localPath('/orders/ord_1?placed=1#status', '/account')).toBe('/orders/ord_1?placed=1#status')
  })

  it.each([
    undefined,
    '',
    'checkout',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/./\n/evil.example/',
    '/.//evil.example/',
    '/a/..//evil.example/',
    '\\/evil.example',
    'javascript:alert(1)',
  ])('returns the fallback for %j', (target) => {
    expect(localPath(target, '/account')).toBe('/account')
  })

  it('never leads to another origin', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      'evil.example',
      '\t',
      '\n',
      '%2f',
      '?',
      '#',
    )
    const target = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => `/${parts.join('')}`),
    )
    fc.assert(
      fc.property(target, (value) => {
        expect(new URL(localPath(value, '/'), 'https://shop.example').origin).toBe('https://shop.example')
      }),
    )
  })
})
