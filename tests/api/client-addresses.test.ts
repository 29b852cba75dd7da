import { afterEach, describe, expect, it } from 'vitest'
import type { TrustedProxies } from '#runtime/http/trust-proxy.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

const LIMIT = 20

let shop: TestShop | undefined
afterEach(async () => {
  await shop?.stop()
  shop = undefined
})

/** The number of 25 requests that pass a rate limit of 20 per client. `forwardedFor`: X-Forwarded-For of the nth request. */
async function acceptedRequests(trustProxy: TrustedProxies, forwardedFor: (nth: number) => string) {
  shop = await openShop({ modules: ['accounts'], http: true, rateLimits: true, trustProxy })
  const statuses: number[] = []
  for (let nth = 1; nth <= LIMIT + 5; nth++) {
    const answer = await fetch(`${shop.origin}/api/v1/accounts/password-reset`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor(nth) },
      body: '{}',
    })
    statuses.push(answer.status)
  }
  return statuses.filter((status) => status !== 429).length
}

const invented = (nth: number) => `198.51.100.${nth}`

describe('a client that sends false addresses', () => {
  it.each<[string, TrustedProxies, (nth: number) => string]>([
    ['without a proxy', false, invented],
    ['behind one proxy', 1, (nth) => `${invented(nth)}, 203.0.113.7`],
    ['behind two proxies', 2, (nth) => `${invented(nth)}, 203.0.113.7, 10.0.0.1`],
    [
      'behind proxies in trusted networks',
      ['loopback', '10.0.0.0/8'],
      (nth) => `${invented(nth)}, 203.0.113.7, 10.0.0.1`,
    ],
    ['from many ports', 1, (nth) => `203.0.113.7:${50_000 + nth}`],
    ['from many addresses of an IPv6 network', 1, (nth) => `2001:db8:1:2::${nth}`],
    ['with invalid addresses', 1, (nth) => `client-${nth}`],
  ])('counts as one client %s', async (_how, trustProxy, forwardedFor) => {
    expect(await acceptedRequests(trustProxy, forwardedFor)).toBe(LIMIT)
  })

  it.each<[string, TrustedProxies, (nth: number) => string]>([
    ['behind one proxy', 1, (nth) => `203.0.113.7, ${invented(nth)}`],
    ['in several IPv6 networks', 1, (nth) => `2001:db8:1:${nth}::1`],
  ])('counts by its real address %s', async (_how, trustProxy, forwardedFor) => {
    expect(await acceptedRequests(trustProxy, forwardedFor)).toBe(LIMIT + 5)
  })
})
