import { describe, expect, it } from 'vitest'
import { links, webAddress } from './links.ts'

describe('links', () => {
  it('encodes what comes from data', () => {
    expect(links.product('a/b?c')).toBe('/products/a%2Fb%3Fc')
    expect(links.searchFor('tea & coffee')).toBe('/search?q=tea%20%26%20coffee')
  })
})

describe('webAddress', () => {
  it.each(['https://bank.example/x', 'http://localhost:4000/x', '/payments/test/pay_1'])(
    'lets %s through',
    (address) => {
      expect(webAddress(address)).toBe(address)
    },
  )

  it.each(['javascript:alert(1)', 'data:text/html,x', '//elsewhere.example', ' https://x', ''])(
    'stops "%s"',
    (address) => {
      expect(webAddress(address)).toBeUndefined()
    },
  )
})
