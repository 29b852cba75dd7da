import { describe, expect, it } from 'vitest'
import { readTrustProxy, trustProxyProblem } from './trust-proxy.ts'

describe('PANDO_TRUST_PROXY', () => {
  it.each([
    ['off', false],
    ['1', 1],
    ['3', 3],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['192.0.2.1, 2001:db8::/32', ['192.0.2.1', '2001:db8::/32']],
    ['loopback,uniquelocal', ['loopback', 'uniquelocal']],
  ])('"%s" is read as %j', (value, read) => {
    expect(trustProxyProblem(value)).toBeUndefined()
    expect(readTrustProxy(value)).toEqual(read)
  })

  it.each([
    ['on', 'does not say which proxies to trust'],
    ['0', 'is not a valid number of proxies'],
    ['11', 'is not a valid number of proxies'],
    ['true', 'has "true", which is not a network'],
    ['10.0.0.0/33', 'has "10.0.0.0/33"'],
    ['0.0.0.0/0', 'has "0.0.0.0/0"'],
    ['10.0.0.0/8,', 'has ""'],
    ['proxy.example.com', 'has "proxy.example.com"'],
  ])('"%s" is refused', (value, problem) => {
    expect(trustProxyProblem(value)).toContain(problem)
  })
})
