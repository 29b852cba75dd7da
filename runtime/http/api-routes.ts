import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { VersionedCache } from '../cache/versioned-cache.ts'
import type { Versions } from '../cache/versions.ts'
import type { ContractMethod } from '../call/call.ts'
import { type Dispatcher, newTraceId } from '../call/dispatch.ts'
import type { Caller } from '../contract/caller.ts'
import { publicNetwork } from './client-network.ts'
import { isKnownVersion } from './entity-tags.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import type { Identifier } from './identify.ts'
import { readInput } from './input.ts'

export const API_PREFIX = '/api/v1'
const CACHED_ANSWERS = 2000

interface Options {
  dispatcher: Dispatcher
  versions: Versions
  identifier: Identifier
  rateLimits: boolean
}

/** The body of a response, with its entity tag. */
interface Prepared {
  body: Buffer
  etag: string
}

/** Adds a route for each method whose contract declares one. Returns these methods. */
export function addApiRoutes(app: FastifyInstance, options: Options): ContractMethod[] {
  const methods = options.dispatcher.methods.filter((method) => method.spec.rest)
  const preparedAnswers = new VersionedCache<Prepared>(options.versions, CACHED_ANSWERS)
  for (const method of methods.filter(({ spec }) => !spec.rest!.raw))
    addRoute(app, method, options, preparedAnswers)
  app.register(async (raw) => {
    // The handlers check signatures over the unparsed bytes.
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const method of methods.filter(({ spec }) => spec.rest!.raw))
      addRoute(raw, method, options, preparedAnswers)
  })
  return methods
}

function addRoute(
  app: FastifyInstance,
  method: ContractMethod,
  options: Options,
  preparedAnswers: VersionedCache<Prepared>,
): void {
  const { spec } = method
  const rest = spec.rest!
  const limit = options.rateLimits && spec.rateLimit
  for (const [, name] of rest.path.matchAll(/\{(\w+)\}/g)) {
    if (!spec.input.properties[name!])
      throw new Error(
        `Cannot serve ${rest.method} ${rest.path} for ${method.id}: its input has no member "${name}"`,
      )
  }
  app.route({
    method: rest.method,
    url: API_PREFIX + rest.path.replace(/\{(\w+)\}/g, ':$1'),
    config: {
      owner: method.id,
      ...(limit ? { rateLimit: { max: limit.max, timeWindow: limit.windowMs } } : {}),
    },
    handler: spec.cache && spec.access === 'public' ? fromCache : fromModule,
  })

  async function fromModule(request: FastifyRequest, reply: FastifyReply) {
    const answer = await callMethod(request, await callerOf(request))
    reply
      .code(rest.status ?? 200)
      .header('content-type', JSON_TYPE)
      .header('cache-control', 'no-store')
    return reply.send(JSON.stringify(answer))
  }

  async function fromCache(request: FastifyRequest, reply: FastifyReply) {
    // Before the cache is read, so that an invalid token is refused even if the answer is cached. Without a token this
    // makes no call.
    const caller = await callerOf(request)
    // Most requests end here, without a function and a promise to make the answer.
    const cached = preparedAnswers.peek(spec.cache!, request.url)
    const { body, etag } =
      cached ??
      (await preparedAnswers.get(spec.cache!, request.url, async () =>
        prepare(await callMethod(request, caller)),
      ))
    reply.header('content-type', JSON_TYPE).header('cache-control', 'public, no-cache').header('etag', etag)
    if (isKnownVersion(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.send(body)
  }

  function callerOf(request: FastifyRequest): Promise<Caller> {
    return options.identifier.fromHeaders(request, spec.endedSession)
  }

  async function callMethod(request: FastifyRequest, caller: Caller): Promise<unknown> {
    const key = spec.kind === 'command' ? readIdempotencyKey(request.headers['idempotency-key']) : undefined
    return options.dispatcher.callFrom(caller, method.module, method.name, readInput(spec, request), {
      ...(key === undefined ? {} : { key }),
      traceId: readTraceId(request),
      clientNetwork: publicNetwork(request.ip),
      from: 'edge',
    })
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

function prepare(answer: unknown): Prepared {
  const body = Buffer.from(JSON.stringify(answer))
  return { body, etag: `"${createHash('sha1').update(body).digest('base64url')}"` }
}

/** The trace id from the request (W3C Trace Context), or a new one. */
function readTraceId(request: FastifyRequest): string {
  const parent = request.headers.traceparent
  return (typeof parent === 'string' && /^00-([0-9a-f]{32})-/.exec(parent)?.[1]) || newTraceId()
}
