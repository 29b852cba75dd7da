import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openSampleShop, type SampleShop } from '#tests/support/sample-shop.ts'
import { openShop } from '#tests/support/shop.ts'

let shop: SampleShop
beforeAll(async () => {
  shop = await openSampleShop()
})
afterAll(() => shop.stop())

const get = (path: string, init: RequestInit = {}) =>
  fetch(shop.origin + path, { redirect: 'manual', ...init })

/** Like `get`, but without the decompression of `fetch`. */
async function getRaw(path: string, headers: Record<string, string>) {
  const [response] = (await once(send(shop.origin + path, { headers }).end(), 'response')) as [
    IncomingMessage,
  ]
  const body = Buffer.concat(await response.toArray())
  return { status: response.statusCode, headers: response.headers, body }
}

describe('HTTP', () => {
  it.each(['/', '/api/v1/products?limit=2', '/health/live', '/shop.css', '/cart'])(
    'HEAD %s is GET without a body',
    async (path) => {
      const [whole, head] = [await get(path), await get(path, { method: 'HEAD' })]
      expect(head.status).toBe(whole.status)
      expect(await head.text()).toBe('')
      expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'))
      expect(head.headers.get('etag')).toBe(whole.headers.get('etag'))
    },
  )

  it.each([
    ['DELETE', '/api/v1/products', 'GET, HEAD', 'application/problem+json'],
    ['PUT', '/api/v1/carts', 'POST', 'application/problem+json'],
    ['POST', '/', 'GET, HEAD', 'text/html'],
    ['PATCH', '/health/live', 'GET, HEAD', 'application/problem+json'],
  ])('%s %s is 405 with Allow: %s', async (method, path, allow, type) => {
    const response = await get(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(response.headers.get('content-type')).toContain(type)
  })

  it('OPTIONS returns the methods of an address', async () => {
    const response = await get('/api/v1/carts', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST'])
  })

  it.each([
    ['/%zz', 404, 'text/html'],
    ['/products/%zz', 404, 'text/html'],
    ['/api/v1/%zz', 404, 'application/problem+json'],
    ['/nothing/here', 404, 'text/html'],
  ])('%s is answered with %i as %s', async (path, status, type) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain(type)
    expect(response.headers.get('content-security-policy')).not.toBeNull()
  })

  it.each([
    ['/cart/', '/cart'],
    ['/api/v1/products/?limit=2&sort=price', '/api/v1/products?limit=2&sort=price'],
    ['/cart//', '/cart'],
  ])('%s redirects to %s', async (path, target) => {
    const response = await get(path)
    expect([response.status, response.headers.get('location')]).toEqual([308, target])
  })

  it('does not redirect to other hosts or to missing pages', async () => {
    for (const path of ['//example.com/', '//example.com/cart/', '/nothing/'])
      expect((await get(path)).status).toBe(404)
  })

  it('answers 304 to an If-None-Match with the weak entity tag, a list of tags or *', async () => {
    const etag = (await get('/api/v1/products')).headers.get('etag')!
    for (const known of [etag, `W/${etag}`, `"other", W/${etag}`, '*'])
      expect((await get('/api/v1/products', { headers: { 'if-none-match': known } })).status).toBe(304)
    expect((await get('/api/v1/products', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  describe('compression', () => {
    /** With any cookie a page may be personal, so it is not cached. */
    const shopper = { cookie: 'pando_unknown=1' }

    it.each([
      ['a cached page', '/', {}],
      ['a page for one shopper', '/', shopper],
      ['the style sheet', '/shop.css', {}],
      ['the script', '/shop.js', {}],
      ['a cached API response', '/api/v1/products?limit=20', {}],
      ['the API description', '/api/v1/openapi.json', {}],
      ['a page that does not exist', '/nothing/here', {}],
    ])('%s is sent as brotli, gzip or uncompressed', async (_what, path, headers) => {
      const plain = await getRaw(path, headers)
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.headers.vary).toMatch(/accept-encoding/)
      for (const [accepted, encoding, decompress] of [
        ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
        ['br;q=0, gzip', 'gzip', gunzipSync],
        ['gzip;q=0.5, br;q=0.1', 'gzip', gunzipSync],
      ] as const) {
        const sent = await getRaw(path, { ...headers, 'accept-encoding': accepted })
        expect(sent.headers['content-encoding']).toBe(encoding)
        expect(Number(sent.headers['content-length'])).toBe(sent.body.length)
        expect(sent.body.length).toBeLessThan(plain.body.length * 0.6)
        expect(decompress(sent.body).toString()).toBe(plain.body.toString())
      }
    })

    it('an encoding that the client does not accept is not sent', async () => {
      for (const accepted of ['identity', 'br;q=0, gzip;q=0', 'zstd', '']) {
        const sent = await getRaw('/shop.css', { 'accept-encoding': accepted })
        expect(sent.headers['content-encoding']).toBeUndefined()
      }
    })

    it('the entity tag of a compressed answer is weak, and matches when it is sent back', async () => {
      const path = '/api/v1/products?limit=20'
      const sent = await getRaw(path, { 'accept-encoding': 'br' })
      expect(sent.headers.etag).toMatch(/^W\/"/)
      const again = await getRaw(path, { 'accept-encoding': 'br', 'if-none-match': sent.headers.etag! })
      expect([again.status, again.body.length]).toEqual([304, 0])
    })
  })

  it.each([
    ['/cart/lines', 'multipart/form-data; boundary=x', 415, 'send it as application/x-www-form-urlencoded'],
    ['/cart/lines', 'application/x-www-form-urlencoded', 413, 'larger than 64 KiB'],
    ['/api/v1/carts', 'multipart/form-data; boundary=x', 415, 'send it as application/json'],
    ['/api/v1/carts', 'application/json', 413, 'larger than 1 MiB'],
  ])('refuses a body at %s as %s, and says what is accepted', async (path, type, status, message) => {
    const body = status === 413 ? 'x'.repeat(1024 * 1024 + 1) : 'x'
    const response = await get(path, { method: 'POST', headers: { 'content-type': type }, body })
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(message)])
  })

  it('refuses two Host headers', async () => {
    const socket = connect(Number(new URL(shop.origin).port), '127.0.0.1')
    socket.end(
      'GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\nHost: example.com\r\nConnection: close\r\n\r\n',
    )
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toMatch(/^HTTP\/1\.1 400 /)
  })

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n', 400, 'INVALID_REQUEST'],
    ['a length and chunks', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', 400, 'INVALID_REQUEST'],
    ['a line without a name', 'garbage\r\n', 400, 'INVALID_REQUEST'],
    ['headers of 20 kB', `X-Long: ${'x'.repeat(20_000)}\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('refuses %s with problem details, although no route was found', async (_what, headers, status, code) => {
    const socket = connect(Number(new URL(shop.origin).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`POST /api/v1/carts HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`)
    const parts: Buffer[] = []
    for await (const part of socket) parts.push(part as Buffer)
    const [head = '', body = ''] = Buffer.concat(parts).toString().split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toContain('content-type: application/problem+json')
    expect(head).toContain('x-content-type-options: nosniff')
    expect(JSON.parse(body)).toMatchObject({ status, code, detail: expect.stringMatching(/^Cannot/) })
  })

  it.each([
    ['/mailbox', 'evil.example', 421],
    ['/mailbox', 'localhost.evil.example:4000', 421],
    ['/api/v1/products', 'evil.example', 421],
    ['/mailbox', 'localhost:4000', 200],
    ['/mailbox', '[::1]:4000', 200],
    ['/mailbox', 'shop.localhost', 200],
    ['/health/live', 'pando:4000', 200],
  ])(
    'with a public URL on this machine, %s with the Host %s is answered with %i',
    async (path, host, status) => {
      expect(await statusAt(path, host)).toBe(status)
    },
  )
})

it('a mailbox that is enabled at a public URL only answers at the host of the shop', async () => {
  const publicShop = await openShop({
    http: true,
    publicUrl: 'https://shop.example',
    environment: { PANDO_MAILBOX: 'on' },
  })
  onTestFinished(() => publicShop.stop())
  expect(await statusAt('/mailbox', 'evil.example', publicShop.origin)).toBe(421)
  expect(await statusAt('/mailbox', 'shop.example', publicShop.origin)).toBe(200)
  expect(await statusAt('/', 'behind-a-proxy', publicShop.origin)).toBe(200)
})

/** Sends a GET with this Host header, which fetch() does not allow. */
async function statusAt(path: string, host: string, origin = shop.origin): Promise<number> {
  const request = send(origin + path, { headers: { host } }).end()
  const [response] = await once(request, 'response')
  response.resume()
  return response.statusCode
}
