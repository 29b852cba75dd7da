import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { VersionedCache } from '../cache/versioned-cache.ts'
import type { Versions } from '../cache/versions.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import { guest } from '../contract/caller.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { CookieChange, Page, PageReply, PageRequest } from '../module/pages.ts'
import { publicNetwork } from './client-network.ts'
import { isKnownVersion } from './entity-tags.ts'
import { requireOwnHost } from './host-check.ts'
import type { Identifier } from './identify.ts'
import { PageRequestContext, pageContext } from './page-context.ts'

const CACHED_PAGES = 1000

interface Options {
  dispatcher: Dispatcher
  versions: Versions
  identifier: Identifier
  publicUrl: string
  rateLimits: boolean
}

/** Adds the pages of all modules. */
export function addPages(app: FastifyInstance, options: Options): void {
  const pageCache = new VersionedCache<Buffer>(options.versions, CACHED_PAGES)
  for (const module of options.dispatcher.modules.values()) {
    for (const page of module.definition.pages) addPage(app, module, page, options, pageCache)
  }
}

function addPage(
  app: FastifyInstance,
  module: HostedModule,
  page: Page,
  options: Options,
  pageCache: VersionedCache<Buffer>,
): void {
  const limit = options.rateLimits && page.rateLimit
  app.route({
    method: page.method,
    url: page.path,
    config: {
      owner: `a page of ${module.name}`,
      ...(limit ? { rateLimit: { max: limit.max, timeWindow: limit.windowMs } } : {}),
    },
    handler: async (request, reply) => {
      const { cache } = page
      if (page.ownHostOnly) requireOwnHost(request.headers.host, options.publicUrl)
      // A page for a request with cookies may be personal, so it is not cached.
      if (cache && request.headers.cookie === undefined) {
        const cached = pageCache.peek(cache, request.url)
        if (cached) return sendHtml(reply, cached)
        const version = pageCache.versionOf(cache)
        const pageReply = await handle(request)
        const { status = 200, cookies, redirect, type } = pageReply
        if (status === 200 && !cookies && !redirect && !type) {
          const body = Buffer.from(String(pageReply.body ?? ''))
          pageCache.put(cache, request.url, version, body)
          return sendHtml(reply, body)
        }
        return sendPage(reply, pageReply, options.publicUrl)
      }
      if (page.method === 'POST') refuseForeignForm(request, options.publicUrl)
      return sendPage(reply, await handle(request), options.publicUrl)
    },
  })

  async function handle(request: FastifyRequest): Promise<PageReply> {
    const support = { services: options.dispatcher.services, identifier: options.identifier }
    const context = await pageContext(module, visitOf(request), support)
    return page.handle(pageRequest(request), context as never)
  }
}

/**
 * Renders a failure with the error page of a module; undefined when no module has one. When the visitor cannot be
 * identified, the page is for a guest.
 */
export async function errorPageFor(
  failure: Failure,
  request: FastifyRequest,
  options: Pick<Options, 'dispatcher' | 'identifier'>,
): Promise<PageReply | undefined> {
  const module = [...options.dispatcher.modules.values()].find(({ definition }) => definition.errorPage)
  if (!module) return undefined
  const support = { services: options.dispatcher.services, identifier: options.identifier }
  const context = await pageContext(module, visitOf(request), support, failure.traceId).catch(
    () =>
      new PageRequestContext(
        module,
        {
          visitor: { caller: guest, sessionFailure: undefined },
          cookies: request.cookies ?? {},
          deadline: Date.now() + ERROR_PAGE_TIMEOUT_MS,
          traceId: failure.traceId ?? '',
          clientNetwork: undefined,
        },
        support,
      ),
  )
  return module.definition.errorPage!(failure, pageRequest(request), context as never)
}

/** Short, because a call for this page has failed already. */
const ERROR_PAGE_TIMEOUT_MS = 2000

function visitOf(request: FastifyRequest) {
  return { cookies: request.cookies ?? {}, clientNetwork: publicNetwork(request.ip) }
}

function pageRequest(request: FastifyRequest): PageRequest {
  return {
    params: (request.params ?? {}) as Record<string, string>,
    query: lastValues(request.query),
    form: request.method === 'POST' ? lastValues(request.body) : {},
    cookies: request.cookies ?? {},
    url: request.url,
  }
}

/**
 * Accepts forms only from the shop's own pages. Browsers send the origin of a request in `Sec-Fetch-Site`, older ones
 * in `Origin`. A client that sends neither is not a browser, so it has no cookies of a visitor.
 */
function refuseForeignForm(request: FastifyRequest, publicUrl: string): void {
  const site = request.headers['sec-fetch-site']
  const { origin, host } = request.headers
  const isOwn =
    site !== undefined
      ? site === 'same-origin' || site === 'none'
      : origin === undefined ||
        origin === publicUrl ||
        origin === `http://${host}` ||
        origin === `https://${host}`
  if (!isOwn) throw runtimeFailure('FORBIDDEN', 'Cannot accept this form: it was sent from another site')
}

/** Sends the reply of a page's handler. */
export function sendPage(reply: FastifyReply, page: PageReply, publicUrl: string): FastifyReply {
  for (const change of page.cookies ?? []) setCookie(reply, change, publicUrl.startsWith('https:'))
  if (page.headers) reply.headers(page.headers)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  if (page.redirect !== undefined) return reply.redirect(page.redirect, page.status ?? 303)
  const { body } = page
  const etag = page.headers?.etag
  if (etag !== undefined && isKnownVersion(reply.request.headers['if-none-match'], etag))
    return reply.code(304).send()
  reply.code(page.status ?? 200).header('content-type', page.type ?? HTML_TYPE)
  return reply.send(Buffer.isBuffer(body) ? body : String(body ?? ''))
}

const HTML_TYPE = 'text/html; charset=utf-8'

function sendHtml(reply: FastifyReply, body: Buffer): FastifyReply {
  return reply
    .header('content-type', HTML_TYPE)
    .header('cache-control', 'no-cache')
    .header('vary', 'cookie')
    .send(body)
}

function setCookie(reply: FastifyReply, change: CookieChange, secure: boolean): void {
  const options = { path: '/', httpOnly: change.httpOnly ?? true, sameSite: 'lax' as const, secure }
  if (change.value === null) reply.clearCookie(change.name, options)
  else
    reply.setCookie(change.name, change.value, {
      ...options,
      ...(change.maxAge ? { maxAge: change.maxAge } : {}),
    })
}

/** The values of a query or a form by name. Of a repeated name, the last value counts. */
function lastValues(values: unknown): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries((values ?? {}) as Record<string, unknown>)) {
    const last: unknown = Array.isArray(value) ? value.at(-1) : value
    if (typeof last === 'string') result[name] = last
  }
  return result
}
