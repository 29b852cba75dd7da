import { afterEach, describe, expect, it } from 'vitest'
import type { TrustedProxies } from '#runtime/http/trust-proxy.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

/** Requests of one client that pass the rate limit of a password reset. */
const LIMIT = 20
const REQUESTS = LIMIT + 5

let shop: TestShop | undefined
afterEach(async () => {
  await shop?.stop()
  shop = undefined
})

/** Sends 25 requests and returns how many pass the rate limit. `forwardedFor`: X-Forwarded-For of the nth request. */
async function acceptedRequests(trustProxy: TrustedProxies, forwardedFor: (nth: number) => string) {
  shop = await openShop({ modules: ['accounts'], http: true, rateLimits: true, trustProxy })
  const statuses: number[] = []
  for (let nth = 1; nth <= REQUESTS; nth++) {
    const answer = await fetch(`${shop.origin}/api/v1/accounts/password-reset`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor(nth) },
      body: '{}',
    })
    statuses.push(answer.status)
  }
  return statuses.filter((status) => status !== 429).length
}

/** A different address for each request. */
const address = (nth: number) => `198.51.100.${nth}`

describe('25 requests', () => {
  it.each<[string, TrustedProxies, (nth: number) => string]>([
    ['with invented addresses, without a proxy', false, address],
    ['with invented addresses, behind one proxy', 1, (nth) => `${address(nth)}, 203.0.113.7`],
    ['with invented addresses, behind two proxies', 2, (nth) => `${address(nth)}, 203.0.113.7, 10.0.0.1`],
    [
      'with invented addresses, behind proxies in trusted networks',
      ['loopback', '10.0.0.0/8'],
      (nth) => `${address(nth)}, 203.0.113.7, 10.0.0.1`,
    ],
    ['from many ports', 1, (nth) => `203.0.113.7:${50_000 + nth}`],
    ['from many addresses of an IPv6 network', 1, (nth) => `2001:db8:1:2::${nth}`],
    ['with invalid addresses', 1, (nth) => `client-${nth}`],
  ])('%s count as those of one client', async (_how, trustProxy, forwardedFor) => {
    expect(await acceptedRequests(trustProxy, forwardedFor)).toBe(LIMIT)
  })

  it.each<[string, TrustedProxies, (nth: number) => string]>([
    ['from 25 addresses, behind one proxy', 1, (nth) => `203.0.113.7, ${address(nth)}`],
    ['from 25 IPv6 networks', 1, (nth) => `2001:db8:1:${nth}::1`],
  ])('%s count as those of 25 clients', async (_how, trustProxy, forwardedFor) => {
    expect(await acceptedRequests(trustProxy, forwardedFor)).toBe(REQUESTS)
  })
})
