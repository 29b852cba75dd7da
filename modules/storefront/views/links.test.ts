import { describe, expect, it } from 'vitest'
import { links, webUrl } from './links.ts'

describe('links', () => {
  it('encodes handles and queries', () => {
    expect(links.product('a/b?c')).toBe('/products/a%2Fb%3Fc')
    expect(links.searchFor('tea & coffee')).toBe('/search?q=tea%20%26%20coffee')
  })
})

describe('webUrl', () => {
  it.each(['https://bank.example/x', 'http://localhost:4000/x', '/payments/test/pay_1'])(
    'accepts %s',
    (url) => {
      expect(webUrl(url)).toBe(url)
    },
  )

  it.each(['javascript:alert(1)', 'data:text/html,x', '//elsewhere.example', ' https://x', ''])(
    'refuses "%s"',
    (url) => {
      expect(webUrl(url)).toBeUndefined()
    },
  )
})
