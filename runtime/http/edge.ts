import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Log } from '../base/log.ts'
import type { Readiness } from '../base/readiness.ts'
import type { Versions } from '../cache/versions.ts'
import { type Dispatcher, newTraceId } from '../call/dispatch.ts'
import { databaseFailure } from '../call/failures.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import { addApiRoutes } from './api-routes.ts'
import { clientNetwork } from './client-network.ts'
import { addCompression } from './compression.ts'
import { addDocumentation } from './documentation.ts'
import { addHostCheck } from './host-check.ts'
import { Identifier } from './identify.ts'
import { parseJsonBody, refuseCoding } from './input.ts'
import { isLeaving } from './leave-connections.ts'
import { addPages, errorPageFor, sendPage } from './page-routes.ts'
import { apiBody, type BodyRules, formBody, knownFailure, sendProblem } from './problem.ts'
import { refuseUnparsed } from './refuse-unparsed.ts'
import { RouteTable } from './route-table.ts'
import { addSecurityHeaders, securityHeaders } from './security-headers.ts'
import type { TrustedProxies } from './trust-proxy.ts'

/** Enough for a name of 255 characters with four bytes each, percent-encoded. */
const MAX_PARAMETER_LENGTH = 4096

export interface EdgeOptions {
  dispatcher: Dispatcher
  versions: Versions
  log: Log
  publicUrl: string
  /** Whether the process can serve now; otherwise with the reason. */
  ready: () => Promise<Readiness>
  /** Whether declared rate limits are enforced. */
  rateLimits: boolean
  /** The proxies whose X-Forwarded-For header is trusted. */
  trustProxy: TrustedProxies
}

/** Builds the public HTTP server: the REST routes of all contracts, their documentation, the modules' pages, health. */
export async function createEdge(options: EdgeOptions): Promise<FastifyInstance> {
  const identifier = new Identifier(options.dispatcher)
  const sendFailure = failureSender(options, identifier)
  const app = Fastify({
    logger: false,
    bodyLimit: apiBody.limit.bytes,
    trustProxy: trustedHops(options.trustProxy),
    // Fastify's own response would not be problem details; see `refuseWhileClosing`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: (error, socket) => refuseUnparsed(error, socket, securityHeaders(options.publicUrl)),
    // Requests that the router refuses run no hooks, so the security headers are set here.
    frameworkErrors: (error, request, reply) => {
      void sendFailure(
        knownFailure(error, bodyRulesOf(request)) ?? runtimeFailure('INVALID_INPUT', error.message),
        request as unknown as FastifyRequest,
        (reply as unknown as FastifyReply).headers(securityHeaders(options.publicUrl)),
      )
    },
  })
  const routeTable = RouteTable.of(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseCoding(request.headers['content-encoding'])
      done(null, parseJsonBody(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  closeIdleWhileClosing(app)
  app.addHook('onSend', async (_request, reply) => {
    if (isLeaving(app.server)) reply.header('connection', 'close')
  })
  addSecurityHeaders(app, options.publicUrl)
  refuseWhileClosing(app)
  addHostCheck(app, options.publicUrl)
  addCompression(app)
  await app.register(cookie)
  if (options.rateLimits) {
    await app.register(rateLimit, {
      global: false,
      keyGenerator: (request) => clientNetwork(request.ip),
      errorResponseBuilder: (_request, context) =>
        runtimeFailure(
          'RATE_LIMITED',
          `Cannot accept more requests of this kind now: the limit of ${context.max} is reached. Try again in ${context.after}`,
          {
            retryAfterSeconds: Math.ceil(context.ttl / 1000),
          },
        ),
    })
  }

  addErrorHandling(app, options, sendFailure)
  addNotFound(app, routeTable, sendFailure)
  addHealth(app, options)
  const routes = addApiRoutes(app, { ...options, identifier })
  addDocumentation(app, routes, options.publicUrl)
  await app.register(async (pages) => {
    await pages.register(formbody, { bodyLimit: formBody.limit.bytes })
    addPages(pages, { ...options, identifier })
  })
  return app
}

/**
 * Converts a number of proxies to a function. Fastify does not accept a number, since a client that bypasses the proxies
 * could invent addresses; the documentation of PANDO_TRUST_PROXY warns of this.
 */
function trustedHops(proxies: TrustedProxies): Exclude<TrustedProxies, number> | TrustProxyFunction {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies
}

type TrustProxyFunction = (address: string, hop: number) => boolean

type SendFailure = (failure: Failure, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Makes the function that sends a failure: to programs as problem details, to people as a page. */
function failureSender(options: EdgeOptions, identifier: Identifier): SendFailure {
  return async (failure, request, reply) => {
    if (isForPrograms(request)) return sendProblem(reply, failure)
    try {
      const page = await errorPageFor(failure, request, { dispatcher: options.dispatcher, identifier })
      return page ? sendPage(reply, page, options.publicUrl) : sendProblem(reply, failure)
    } catch (error) {
      options.log.warn({ code: failure.code, error: String(error) }, 'error page failed')
      return sendProblem(reply, failure)
    }
  }
}

function isForPrograms({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/api/') || url.startsWith('/health/')
}

function bodyRulesOf(request: Pick<FastifyRequest, 'url'>): BodyRules {
  return isForPrograms(request) ? apiBody : formBody
}

function addErrorHandling(app: FastifyInstance, options: EdgeOptions, sendFailure: SendFailure): void {
  app.setErrorHandler(async (error, request, reply) => {
    const known = knownFailure(error, bodyRulesOf(request))
    if (known) return sendFailure(known, request, reply)
    const traceId = newTraceId()
    const unavailable = databaseFailure(error, 'this request', { log: options.log, traceId })
    if (unavailable) return sendFailure(unavailable, request, reply)
    options.log.error(
      { traceId, method: request.method, url: request.url.split('?')[0], err: error },
      'request failed',
    )
    return sendFailure(
      runtimeFailure(
        'INTERNAL',
        'Cannot answer: internal error; the log has the details under this trace id',
        { traceId },
      ),
      request,
      reply,
    )
  })
}

/** Redirects paths with a slash at the end to the path without it, and lists the methods of a path in 405 responses. */
function addNotFound(app: FastifyInstance, routeTable: RouteTable, sendFailure: SendFailure): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    const path = url.split('?', 1)[0]!
    if (path.length < 2 || !path.endsWith('/')) return
    const withoutSlash = path.replace(/\/+$/, '')
    if (routeTable.methodsOf(withoutSlash).length > 0)
      return reply.redirect(withoutSlash + url.slice(path.length), 308)
  })
  app.setNotFoundHandler(async (request, reply) => {
    const { method } = request
    const path = request.url.split('?', 1)[0]!
    const allowed = routeTable.methodsOf(path)
    if (allowed.length > 0) {
      reply.header('allow', allowed.join(', '))
      if (method === 'OPTIONS') return reply.code(204).send()
      const message = `Cannot ${method} ${path}: the allowed methods are ${allowed.join(', ')}`
      return sendFailure(runtimeFailure('METHOD_NOT_ALLOWED', message), request, reply)
    }
    const message = `Cannot find ${method} ${path}: see /api/docs for the routes of the API`
    return sendFailure(runtimeFailure('NOT_FOUND', message), request, reply)
  })
}

/** Refuses requests on open connections while the process stops, so that clients repeat them at another process. */
function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onRequest', (_request, reply, done) => {
    if (!isClosing) return done()
    reply.header('connection', 'close')
    done(runtimeFailure('UNAVAILABLE', 'Cannot answer: this process of the shop is stopping. Try again'))
  })
}

/**
 * Closes connections that become idle while the server closes; otherwise they would stay open until the client leaves.
 */
function closeIdleWhileClosing(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const timer = setInterval(() => app.server.closeIdleConnections(), 50)
    app.server.once('close', () => clearInterval(timer))
  })
}

function addHealth(app: FastifyInstance, options: EdgeOptions): void {
  app.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', async (_request, reply) => {
    const { ready, reason, note } = await options.ready()
    reply.header('cache-control', 'no-store').code(ready ? 200 : 503)
    return ready ? { status: 'ready', note } : { status: 'not ready', reason }
  })
}
