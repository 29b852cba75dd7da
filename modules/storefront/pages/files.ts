import { runtimeFailure } from '#runtime/contract/failure.ts'
import { html } from '#runtime/html/html.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { links } from '../views/links.ts'
import { isFailure } from './visitor.ts'

const HOUR_SECONDS = 3600
const YEAR_SECONDS = 365 * 86_400
const SITEMAP_PAGE = 100
/** The limit of the sitemap protocol. */
const MAX_SITEMAP_URLS = 50_000

const asset: ShopPage = {
  method: 'GET',
  path: '/assets/:name',
  handle: async (request, context) => {
    const { assets } = context.services
    const found = assets.find(request.params.name!)
    if (!found) throw runtimeFailure('NOT_FOUND', `Cannot find the file "${request.params.name}"`)
    // The content of a URL with the version never changes. Without the version, browsers check again after an hour.
    const caching =
      request.query.v === assets.version ? `max-age=${YEAR_SECONDS}, immutable` : `max-age=${HOUR_SECONDS}`
    return {
      body: found.body,
      type: found.type,
      headers: { 'cache-control': `public, ${caching}`, etag: `"${assets.version}"` },
    }
  },
}

const picture: ShopPage = {
  method: 'GET',
  path: '/pictures/:pictureId',
  handle: async (request, context) => {
    const pictureId = request.params.pictureId!
    const { sourceUrl } = await context.calls.catalog.getPicture({ pictureId }).catch((error: unknown) => {
      if (isFailure(error, 'PICTURE_NOT_FOUND', 'INVALID_INPUT'))
        throw runtimeFailure('NOT_FOUND', `Cannot find the picture "${pictureId}"`)
      throw error
    })
    const { body, type, etag, maxAgeSeconds } = await context.services.pictures.serve(sourceUrl)
    const headers = {
      'cache-control': `public, max-age=${maxAgeSeconds}`,
      etag,
      // A picture that is opened as a page must not run anything. The placeholder has an inline style.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return { body, type, headers }
  },
}

/** Browsers and other clients request this path without having seen it in a page. */
const favicon: ShopPage = {
  method: 'GET',
  path: '/favicon.ico',
  handle: async (_request, context) => {
    const { body, type } = context.services.assets.find('favicon.svg')!
    return { body, type, headers: { 'cache-control': `public, max-age=${HOUR_SECONDS}` } }
  },
}

const robots: ShopPage = {
  method: 'GET',
  path: '/robots.txt',
  handle: async (_request, context) => {
    const hidden = ['/cart', '/checkout', '/account', '/orders/', '/mailbox', '/payments/']
    const lines = [
      'User-agent: *',
      ...hidden.map((path) => `Disallow: ${path}`),
      `Sitemap: ${context.services.publicUrl}/sitemap.xml`,
    ]
    return { body: `${lines.join('\n')}\n`, type: 'text/plain; charset=utf-8' }
  },
}

const sitemap: ShopPage = {
  method: 'GET',
  path: '/sitemap.xml',
  // Each request reads the whole catalog.
  rateLimit: { max: 20, windowMs: 60_000 },
  handle: async (_request, context) => {
    const paths = [links.home, ...(await pathsOfCatalog(context))]
    const { publicUrl } = context.services
    return {
      body: `<?xml version="1.0" encoding="UTF-8"?>\n${html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${paths.map((path) => html`<url><loc>${publicUrl + path}</loc></url>`)}</urlset>`}`,
      type: 'application/xml; charset=utf-8',
    }
  },
}

export const filePages = [asset, favicon, picture, robots, sitemap]

/** The paths of all categories and of the newest products, at most as many as fit into a sitemap with the home page. */
async function pathsOfCatalog({ calls }: ShopContext): Promise<string[]> {
  const { items: categories } = await calls.catalog.listCategories({})
  const paths = categories.map(({ handle }) => links.category(handle))
  for (let cursor: string | null = ''; cursor !== null && paths.length < MAX_SITEMAP_URLS; ) {
    const page: { items: { handle: string }[]; nextCursor: string | null } = await calls.catalog.listProducts(
      {
        sort: 'newest',
        limit: SITEMAP_PAGE,
        ...(cursor ? { cursor } : {}),
      },
    )
    paths.push(...page.items.map(({ handle }) => links.product(handle)))
    cursor = page.nextCursor
  }
  return paths.slice(0, MAX_SITEMAP_URLS - 1)
}
