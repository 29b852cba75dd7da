import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser } from '#tests/support/http-browser.ts'
import { oneProduct } from '#tests/support/one-product.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { fillCart, openStockedShop, register } from '../testing/stocked-shop.ts'

let shop: TestShop
let visitor: HttpBrowser

beforeAll(async () => {
  shop = await openStockedShop()
  visitor = new HttpBrowser(shop.origin)
})
afterAll(() => shop?.stop())

describe('the catalog', () => {
  it('is shown on the home page, in a category and in the search', async () => {
    for (const path of ['/', '/categories/test', '/search', '/search?q=cup']) {
      const page = await new HttpBrowser(shop.origin).get(path)
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('Test cup')])
    }
    const found = await visitor.get('/search?q=bowl&sort=price-asc')
    expect([found.heading, found.text.includes('Test cup')]).toEqual(['Results for “bowl”', false])
  })

  it.each([
    '/search?q=%00%01',
    `/search?q=${'x'.repeat(300)}`,
    '/search?cursor=nonsense',
    '/search?sort=sideways&q=cup&q=bowl',
    '/categories/test?cursor=W10',
  ])('answers the unusual request %s with 200', async (path) => {
    expect((await visitor.get(path)).status).toBe(200)
  })

  it.each(['/search', '/categories/test'])(
    'redirects an invalid cursor to the first page of %s',
    async (path) => {
      const guest = new HttpBrowser(shop.origin)
      const { nextCursor } = await shop.calls.catalog.listProducts({ sort: 'title', limit: 1 })
      for (const cursor of ['zzz', nextCursor!, 'x'.repeat(3000)]) {
        const page = await guest.get(`${path}?sort=price-asc&cursor=${encodeURIComponent(cursor)}`)
        expect([page.path, page.text]).toEqual([
          `${path}?sort=price-asc`,
          expect.stringContaining('Test cup'),
        ])
      }
    },
  )

  it('has one canonical, absolute URL for each page', async () => {
    const cup = await visitor.get('/products/cup?quantity=2')
    expect(cup.html).toContain('<link rel="canonical" href="http://localhost:4000/products/cup">')
    expect(cup.html).toContain('<meta property="og:url" content="http://localhost:4000/products/cup">')
    expect(cup.html).toMatch(/<meta property="og:image" content="http:\/\/localhost:4000\/pictures\//)
    expect((await visitor.get('/categories/test?sort=title')).html).toContain(
      '<link rel="canonical" href="http://localhost:4000/categories/test">',
    )
    for (const path of ['/search?q=cup', '/cart'])
      expect((await visitor.get(path)).html).not.toContain('rel="canonical"')
  })

  it('shows the chosen variant, and a message for a combination that does not exist', async () => {
    const page = await visitor.get('/products/shirt?option.Size=M&option.Colour=Blue&quantity=2')
    expect(fieldsOf(page, '/cart/lines')).toMatchObject({
      'option.Size': 'M',
      'option.Colour': 'Blue',
      quantity: '2',
    })
    const none = await visitor.get('/products/shirt?option.Size=S&option.Colour=Blue')
    expect(none.text).toContain('Not available in this combination')
    const refused = await visitor.submit(none, '/cart/lines')
    expect([refused.status, refused.heading]).toEqual([200, 'Test shirt'])
    expect(refused.text).toContain('Please choose an available combination of options.')
    const added = await visitor.submit(page, '/cart/lines')
    expect(added.text).toMatch(/Test shirt.*M \/ Blue/)
  })

  it('shows a change of the catalog at once to all visitors', async () => {
    const stranger = new HttpBrowser(shop.origin)
    await stranger.get('/products/cup')
    const renamed = { ...oneProduct('cup'), title: 'Renamed cup' }
    await shop.calls.catalog.importProducts({ products: [renamed], dryRun: false })
    expect((await stranger.get('/products/cup')).heading).toBe('Renamed cup')
    // Restores the product for the other tests
    await shop.calls.catalog.importProducts({ products: [oneProduct('cup')], dryRun: false })
    await shop.drain()
  })

  it('does not show one visitor the name of another', async () => {
    const customer = new HttpBrowser(shop.origin)
    await register(customer, 'public@example.com', 'Quercus')
    await fillCart(customer)
    for (const path of ['/', '/products/cup', '/search', '/categories/test']) {
      const own = await customer.get(path)
      expect([own.text.includes('Quercus'), own.headers.get('cache-control')]).toEqual([true, 'no-store'])
      const page = await new HttpBrowser(shop.origin).get(path)
      expect([page.text.includes('Quercus'), page.text.includes('Log in')]).toEqual([false, true])
    }
  })
})

describe('a missing page or file', () => {
  it.each(['/nowhere', '/products/nothing', '/products/a%20b', '/categories/nothing', '/orders/nonsense/x'])(
    'has an error page at %s',
    async (path) => {
      const page = await visitor.get(path)
      expect([page.status, page.heading]).toEqual([404, 'Page not found'])
    },
  )

  it.each(['/pictures/pic_0', '/pictures/nonsense', '/assets/nothing.css', '/assets/..%2fsettings.ts'])(
    'is answered with 404 at %s',
    async (path) => expect((await visitor.get(path)).status).toBe(404),
  )
})

it('an internal error shows a page with the trace id that the log has', async () => {
  const broken = await openStockedShop()
  try {
    await broken.sql`alter schema cart rename to lost`
    const guest = new HttpBrowser(broken.origin)
    guest.cookies.set('pando_cart', 'crt_0')
    const page = await guest.get('/cart')
    expect([page.status, page.heading]).toEqual([500, 'Something went wrong'])
    expect(page.text).toMatch(/please quote [0-9a-f]{32}/)
    expect(page.text).not.toMatch(/relation|schema|lost/)
  } finally {
    await broken.stop()
  }
})

describe('forms', () => {
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ]

  it.each(foreign)('are refused from other sites: %o', async (headers) => {
    const product = await visitor.get('/products/cup')
    const victim = new HttpBrowser(shop.origin, headers)
    const page = await victim.submit(product, '/cart/lines')
    expect([page.status, page.heading]).toEqual([403, 'We could not process this request'])
    expect(victim.cookies.size).toBe(0)
    expect((await victim.post('/account/logout')).status).toBe(403)
  })

  it('are accepted from the shop itself', async () => {
    const product = await visitor.get('/products/cup')
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: shop.origin }]) {
      expect((await new HttpBrowser(shop.origin, headers).submit(product, '/cart/lines')).status).toBe(200)
    }
  })

  it('are refused if they are too large or incomplete', async () => {
    expect((await visitor.post('/cart/lines', { handle: 'x'.repeat(100_000) })).status).toBe(413)
    expect((await visitor.post('/cart/lines')).status).toBe(400)
  })
})

it('a form that is sent for the 21st time within a minute is answered with 429 and shows how long to wait', async () => {
  const busy = await openStockedShop({ rateLimits: true })
  try {
    const guest = new HttpBrowser(busy.origin)
    let page = await guest.post('/account/password-reset', { email: 'ada@example.com' })
    for (let sent = 1; sent <= 20; sent++)
      page = await guest.post('/account/password-reset', { email: 'ada@example.com' })
    expect([page.status, page.heading]).toEqual([429, 'Too many attempts'])
    expect(page.text).toContain('Please wait a minute, then try again')
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(50)
  } finally {
    await busy.stop()
  }
})

it('a forged notice cookie shows no notice', async () => {
  for (const key of ['<b>hello</b>', 'constructor', '__proto__']) {
    const guest = new HttpBrowser(shop.origin)
    guest.cookies.set('pando_notice', encodeURIComponent(key))
    const page = await guest.get('/cart')
    expect([page.status, page.html.includes('class="notice')]).toEqual([200, false])
    expect(guest.cookies.has('pando_notice')).toBe(false)
  }
})

describe('files', () => {
  it('of the pages are cached by browsers permanently', async () => {
    const { html } = await visitor.get('/')
    const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
    expect(paths).toHaveLength(3)
    for (const path of paths) {
      const response = await visitor.raw('GET', path)
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ])
      const etag = response.headers.get('etag')!
      expect((await visitor.raw('GET', path, { 'if-none-match': etag })).status).toBe(304)
    }
    const plain = await visitor.raw('GET', '/assets/shop.css')
    expect(plain.headers.get('cache-control')).toBe('public, max-age=3600')
    expect((await visitor.raw('GET', '/favicon.ico')).headers.get('content-type')).toContain('image/svg')
  })

  it('include the placeholder for a product without a picture, which cannot run scripts', async () => {
    const { picture } = await shop.calls.catalog.getProduct({ handle: 'cup' })
    const response = await visitor.raw('GET', picture.url)
    expect(response.headers.get('content-type')).toContain('image/svg+xml')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('content-security-policy')).not.toContain('script-src')
    expect(await response.text()).toMatch(/^<svg/)
    const etag = response.headers.get('etag')!
    expect((await visitor.raw('GET', picture.url, { 'if-none-match': etag })).status).toBe(304)
  })

  it('include robots.txt and a sitemap with the public pages', async () => {
    const robots = await (await visitor.raw('GET', '/robots.txt')).text()
    expect(robots).toContain('Disallow: /checkout')
    expect(robots).toContain('Sitemap: http://localhost:4000/sitemap.xml')
    const sitemap = await (await visitor.raw('GET', '/sitemap.xml')).text()
    for (const path of ['/', '/categories/test', '/products/cup', '/products/shirt'])
      expect(sitemap).toContain(`<loc>http://localhost:4000${path}</loc>`)
    expect(sitemap).not.toContain('/account')
  })
})

describe('the mailbox', () => {
  it('shows the emails of a shop that only this machine can reach, and their HTML without scripts', async () => {
    await register(new HttpBrowser(shop.origin), 'mail@example.com')
    await shop.drain()
    expect((await visitor.get('/')).html).toContain('href="/mailbox"')
    const list = await visitor.get('/mailbox')
    expect(list.text).toContain('mail@example.com')
    const mail = /\/mailbox\/msg_\w+/.exec(list.html)![0]
    const html = await visitor.raw('GET', `${mail}/html`)
    expect(html.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
    expect((await visitor.get('/mailbox/msg_0')).status).toBe(404)
  })

  it('redirects an invalid cursor to the first page', async () => {
    const page = await visitor.get('/mailbox?cursor=zz')
    expect([page.status, page.path, page.heading]).toEqual([200, '/mailbox', 'Mailbox'])
  })

  it('is closed in a shop that other machines can reach', async () => {
    const publicShop = await openStockedShop({ publicUrl: 'https://shop.example' })
    try {
      const guest = new HttpBrowser(publicShop.origin)
      await register(guest, 'mail@example.com')
      await publicShop.drain()
      const { items } = await publicShop.calls.notifications.listMessages({})
      for (const path of ['/mailbox', `/mailbox/${items[0]!.id}`, `/mailbox/${items[0]!.id}/html`])
        expect((await guest.get(path)).status).toBe(404)
      expect((await guest.get('/')).html).not.toContain('/mailbox')
    } finally {
      await publicShop.stop()
    }
  })
})
