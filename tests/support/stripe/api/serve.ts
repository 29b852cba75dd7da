import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, invalidParam } from '../api-error.ts'
import type { FaultRule, Faults } from '../faults.ts'
import { type Params, parseForm } from '../form.ts'
import { type Answer, IdempotencyStore } from '../idempotency.ts'
import { apiVersion, Scope, type World } from '../world.ts'
import { authenticate, type Identity, type KeyRights, refuseBrowsers } from './authenticate.ts'
import { expanded } from './expand.ts'
import { findRoute } from './routes.ts'

export interface ApiRequest {
  verb: string
  path: string
  /** Query and body together, form-encoded. */
  form: string
  authorization?: string | undefined
  version?: string | undefined
  idempotencyKey?: string | undefined
}

/** What the emulator remembers about a request, for tests. */
export interface LoggedRequest {
  verb: string
  path: string
  params: Params
  idempotencyKey: string | null
  status: number
  isReplayed: boolean
  fault: FaultRule['kind'] | null
}

/** The answer with its headers; `isLost`: the connection ends without it. */
export interface ApiReply extends Answer {
  headers: Record<string, string>
  isLost: boolean
}

const DELAY_MS = 1000

/** Stripe's API without HTTP. */
export class Api {
  readonly requests: LoggedRequest[] = []
  rights: KeyRights = {}
  readonly #world: World
  readonly #faults: Faults
  readonly #keys = { test: new IdempotencyStore(), live: new IdempotencyStore() }

  constructor(world: World, faults: Faults) {
    this.#world = world
    this.#faults = faults
  }

  async serve(request: ApiRequest): Promise<ApiReply> {
    const fault = this.#faults.next(`${request.verb} ${request.path}`)
    const reply = await this.#serve(request, fault)
    this.requests.push({
      verb: request.verb,
      path: request.path,
      params: parseForm(request.form),
      idempotencyKey: request.idempotencyKey ?? null,
      status: reply.status,
      isReplayed: 'idempotent-replayed' in reply.headers,
      fault: fault?.kind ?? null,
    })
    if (fault?.kind === 'delay_answer') await sleep(fault.ms ?? DELAY_MS)
    return { ...reply, isLost: fault?.kind === 'lose_request' || fault?.kind === 'lose_answer' }
  }

  async #serve(request: ApiRequest, fault: FaultRule | undefined): Promise<Omit<ApiReply, 'isLost'>> {
    const requestId = this.#world.newId('req_', 14)
    const reply = (
      { status, body }: Pick<Answer, 'body' | 'status'>,
      headers: Record<string, string> = {},
    ) => ({
      status,
      body,
      requestId,
      headers: { ...headers, 'request-id': requestId, 'stripe-version': apiVersion },
    })
    try {
      refuseByFault(fault)
      const identity = authenticate(request.authorization, `${request.verb} ${request.path}`, this.rights)
      checkVersion(request.version)
      const params = parseForm(request.form)
      if (request.verb !== 'POST' || !request.idempotencyKey)
        return reply(await this.#execute(request, identity, params, requestId, fault))
      const key = request.idempotencyKey
      const store = identity.livemode ? this.#keys.live : this.#keys.test
      const kept = store.take(key, fingerprint(request, params), this.#world.now())
      if (kept) return reply(kept, { 'idempotent-replayed': 'true', 'original-request': kept.requestId })
      return reply(
        await this.#executeOnce(store, key, () => this.#execute(request, identity, params, requestId, fault)),
      )
    } catch (error) {
      if (error instanceof ApiError)
        return reply(
          toAnswer(error, requestId),
          error.status === 429 || error.status === 503 || error.status === 409
            ? { 'stripe-should-retry': 'true' }
            : {},
        )
      throw error
    }
  }

  async #executeOnce(store: IdempotencyStore, key: string, execute: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await execute()
      store.keep(key, answer)
      return answer
    } catch (error) {
      store.free(key)
      throw error
    }
  }

  /** Executes a request. Errors after the endpoint has begun are answers; others are thrown. */
  async #execute(
    { verb, path, idempotencyKey }: ApiRequest,
    { livemode, isPublishable }: Identity,
    params: Params,
    requestId: string,
    fault: FaultRule | undefined,
  ): Promise<Answer> {
    const found = findRoute(verb, path)
    if (!found) throw unknownUrl(verb, path)
    const { route, id } = found
    if (isPublishable && !route.isForBrowsers) throw refuseBrowsers()
    for (const name of Object.keys(params)) if (!route.params?.includes(name)) throw unknownParam(name)
    if (fault?.kind === 'delay_request') await sleep(fault.ms ?? DELAY_MS)
    if (fault?.kind === 'error_before') return toAnswer(serverError(), requestId)
    const scope = new Scope(this.#world, livemode, { id: requestId, idempotency_key: idempotencyKey ?? null })
    try {
      const result = expanded(scope, route.handle({ scope, params, id, isPublishable }), params)
      if (fault?.kind === 'error_after') return toAnswer(serverError(), requestId)
      return { status: 200, body: JSON.stringify(result, null, 2), requestId }
    } catch (error) {
      if (error instanceof ApiError && error.isKept) return toAnswer(error, requestId)
      throw error
    } finally {
      scope.finish()
    }
  }
}

function toAnswer(error: ApiError, requestId: string): Answer {
  const log = `https://dashboard.stripe.com/test/logs/${requestId}`
  return {
    status: error.status,
    requestId,
    body: JSON.stringify({ error: { ...error.body, request_log_url: log } }, null, 2),
  }
}

function refuseByFault(fault: FaultRule | undefined): void {
  const refuse = (status: number, message: string, code?: string) =>
    new ApiError(
      status,
      { type: status === 429 ? 'invalid_request_error' : 'api_error', message, ...(code ? { code } : {}) },
      { isKept: false },
    )
  if (fault?.kind === 'unavailable') throw refuse(503, 'The service is temporarily unavailable.')
  if (fault?.kind === 'rate_limit') throw refuse(429, 'Request rate limit exceeded.', 'rate_limit')
  if (fault?.kind === 'lose_request') throw refuse(503, 'The request was lost.')
}

function serverError(): ApiError {
  return new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' })
}

function checkVersion(version: string | undefined): void {
  if (version !== apiVersion)
    throw new ApiError(
      400,
      {
        type: 'invalid_request_error',
        message: `Invalid Stripe API version: ${version ?? '(none)'}. The emulator speaks ${apiVersion} only`,
      },
      { isKept: false },
    )
}

function unknownParam(name: string): ApiError {
  if (name === 'payment_method_types')
    return invalidParam(
      'payment_method_types_no_longer_supported',
      name,
      'payment_method_types is no longer supported. Use allowed_payment_method_types',
    )
  return invalidParam('parameter_unknown', name, `Received unknown parameter: ${name}`)
}

function unknownUrl(verb: string, path: string): ApiError {
  return new ApiError(
    404,
    { type: 'invalid_request_error', message: `Unrecognized request URL (${verb}: ${path}).` },
    { isKept: false },
  )
}

/** The same for requests with the same parameters, in any order. */
function fingerprint({ verb, path }: ApiRequest, params: Params): string {
  return JSON.stringify([verb, path, sorted(params)])
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, sorted(item)])
}
