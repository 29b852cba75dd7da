import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import type { Caller } from '../contract/caller.ts'
import { Failure, runtimeFailure } from '../contract/failure.ts'
import type { CallInfo } from './context.ts'
import type { Dispatcher, Transport } from './dispatch.ts'
import type { HostedMethod } from './host.ts'
import { canonicalJson } from './idempotency.ts'

/**
 * The test mode in which every call between modules is a real HTTP request on loopback: what cannot be sent fails, and
 * whatever may be repeated is sent twice, so that what is not idempotent fails too.
 */
export class LoopbackServer {
  readonly #app: FastifyInstance
  readonly #pool: Pool

  private constructor(app: FastifyInstance, pool: Pool) {
    this.#app = app
    this.#pool = pool
  }

  static async open(dispatcher: Dispatcher, secret: string): Promise<LoopbackServer> {
    const app = Fastify({ logger: false, bodyLimit: 64 * 1024 * 1024 })
    app.post('/rpc/:module/:method', async (request, reply) => {
      const { module, method } = request.params as { module: string; method: string }
      const { authorization } = request.headers
      const { input, caller, timeoutMs, traceId, key } = request.body as RpcBody
      if (!isSigned(authorization ?? '', secret, caller))
        throw runtimeFailure('UNAUTHENTICATED', 'Cannot accept the call: its caller is not signed')
      const target = dispatcher.method(module, method)
      const info: CallInfo = { caller, deadline: Date.now() + timeoutMs, traceId, openTransactions: 0 }
      const output = await dispatcher.execute(target, { input, info, key })
      return reply.send({ output })
    })
    app.setErrorHandler((error, _request, reply) => {
      const failure = error instanceof Failure ? error : runtimeFailure('INTERNAL', String(error))
      const { code, status, message, data, fields, retryAfterSeconds, traceId } = failure
      return reply.code(status).send({ code, status, message, data, fields, retryAfterSeconds, traceId })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const pool = new Pool(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, {
      connections: 64,
    })
    const transport: Transport = {
      call: (module, method, ...call) => send(pool, secret, dispatcher.method(module, method), ...call),
    }
    for (const module of dispatcher.modules.keys()) dispatcher.remote.set(module, transport)
    return new LoopbackServer(app, pool)
  }

  async close(): Promise<void> {
    await this.#pool.close()
    await this.#app.close()
  }
}

interface RpcBody {
  input: unknown
  caller: Caller
  timeoutMs: number
  traceId: string
  key?: string
}

async function send(
  pool: Pool,
  secret: string,
  target: HostedMethod,
  input: unknown,
  info: CallInfo,
  options: { key?: string | undefined; timeoutMs: number; repeatable: boolean },
): Promise<unknown> {
  const body: RpcBody = {
    input,
    caller: info.caller,
    timeoutMs: options.timeoutMs,
    traceId: info.traceId,
    ...(options.key === undefined ? {} : { key: options.key }),
  }
  const first = await post(pool, secret, target, body)
  if (!options.repeatable) return unwrap(first)
  const second = await post(pool, secret, target, body)
  // A query may see what others changed in between, and an outside provider may know more; any other keyed command has
  // one answer for ever.
  const fixed = options.key !== undefined && !target.spec.outside
  if (fixed && first.status === 200 && canonicalJson(second) !== canonicalJson(first)) {
    throw new Error(
      `${target.id} is not idempotent: a repeat answered ${canonicalJson(second)}, the first time it was ${canonicalJson(first)}`,
    )
  }
  return unwrap(second)
}

interface RpcAnswer {
  status: number
  content: unknown
}

async function post(pool: Pool, secret: string, target: HostedMethod, body: RpcBody): Promise<RpcAnswer> {
  const response = await pool.request({
    method: 'POST',
    path: `/rpc/${target.module.name}/${target.name}`,
    headers: { 'content-type': 'application/json', authorization: `Pando ${sign(secret, body.caller)}` },
    body: JSON.stringify(body),
    headersTimeout: body.timeoutMs + 1000,
  })
  return { status: response.statusCode, content: await response.body.json() }
}

function unwrap({ status, content }: RpcAnswer): unknown {
  if (status === 200) return (content as { output: unknown }).output
  const { code, message, ...details } = content as { code: string; message: string }
  throw new Failure(code, status, message, details)
}

function sign(secret: string, caller: Caller): string {
  return createHmac('sha256', secret).update(canonicalJson(caller)).digest('base64url')
}

function isSigned(authorization: string, secret: string, caller: Caller): boolean {
  const expected = Buffer.from(`Pando ${sign(secret, caller)}`)
  const given = Buffer.from(authorization)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
