import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { send } from './populated-shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ http: true, rateLimits: true, publicUrl: 'https://shop.example.com' })
  await shop.calls.catalog.importProducts({ products: [oneProduct('cup')], dryRun: false })
  await shop.drain()
})
afterAll(() => shop?.stop())

function get(path: string, headers: Record<string, string> = {}) {
  return fetch(`${shop.origin}/api/v1${path}`, { headers })
}

async function read(path: string) {
  return JSON.parse(await (await get(path)).text())
}

it('a request with the ETag of an unchanged product is answered with 304', async () => {
  const first = await get('/products/cup')
  const etag = first.headers.get('etag')!
  expect(etag).toMatch(/^"[\w-]+"$/)
  const again = await get('/products/cup', { 'if-none-match': etag })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await get('/products/cup', { 'if-none-match': '"other"' })).status).toBe(200)
})

it('a changed product or stock is in the next answer', async () => {
  const before = await get('/products/cup')
  const variantId = (await read('/products/cup')).variants[0].id
  await shop.calls.inventory.importStock({
    items: [{ variantId, quantity: 7, backorder: false }],
    overwrite: true,
    dryRun: false,
  })
  // The catalog has its own copy of the stock, which an event updates
  await shop.drain()
  const stocked = await get('/products/cup', { 'if-none-match': before.headers.get('etag')! })
  expect(stocked.status).toBe(200)
  const draft = { ...oneProduct('cup'), title: 'Renamed cup' }
  await shop.calls.catalog.importProducts({ products: [draft], dryRun: false })
  expect((await read('/products/cup')).title).toBe('Renamed cup')
})

it('too many requests are refused with a Retry-After header', async () => {
  let answer = await send(shop.origin, 'POST', '/accounts/password-reset', {})
  for (let sent = 1; sent <= 20 && answer.status === 400; sent++)
    answer = await send(shop.origin, 'POST', '/accounts/password-reset', {})
  expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED'])
  const wait = Number(answer.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(60)
})

it('every answer has the security headers, even a refusal', async () => {
  for (const path of ['/products/cup', '/nowhere', '/carts/crt_0', '/%zz']) {
    const { headers } = await get(path)
    expect.soft(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect.soft(headers.get('x-frame-options'), path).toBe('DENY')
    expect.soft(headers.get('content-security-policy'), path).toContain("default-src 'self'")
    expect.soft(headers.get('strict-transport-security'), path).toContain('max-age=')
  }
})

it('a cart is answered with Cache-Control: no-store', async () => {
  const cart = await send(shop.origin, 'POST', '/carts', {})
  expect(cart.headers.get('cache-control')).toBe('no-store')
  const again = await send(shop.origin, 'GET', `/carts/${cart.body.id}`, undefined, cart.body.token)
  expect([again.status, again.headers.get('cache-control')]).toEqual([200, 'no-store'])
})

it('other processes on the same database are notified of a commit', async () => {
  const other = new Versions()
  const before = await read('/products/cup')
  await other.connect(shop.sql, ['catalog'], createLog({ level: 'silent' }))
  const version = other.of('catalog')
  try {
    await shop.calls.catalog.importProducts({
      products: [{ ...oneProduct('cup'), title: 'Again' }],
      dryRun: false,
    })
    await vi.waitUntil(() => other.of('catalog') > version, { timeout: 5000 })
    expect((await read('/products/cup')).title).not.toBe(before.title)
  } finally {
    await other.disconnect()
  }
})

it('a compressed body is refused with the reason', async () => {
  const post = (coding: string, body: Uint8Array<ArrayBuffer> | string) =>
    fetch(`${shop.origin}/api/v1/carts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
      body,
    })
  const refused = await post('gzip', new Uint8Array(gzipSync('{}')))
  expect([refused.status, await refused.json()]).toEqual([
    415,
    expect.objectContaining({ detail: expect.stringContaining('without Content-Encoding') }),
  ])
  expect((await post('identity', '{}')).status).toBe(201)
})
