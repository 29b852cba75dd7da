import type { IncomingHttpHeaders } from 'node:http'
import { Type } from 'typebox'
import type { Log } from '../base/log.ts'
import { type Dispatcher, newTraceId } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { databaseFailure } from '../call/failures.ts'
import type { HostedMethod } from '../call/host.ts'
import { createValidator } from '../call/validator.ts'
import { Failure, isMisdirected, misdirected, runtimeFailure } from '../contract/failure.ts'
import type { KnownPlacement } from '../topology/placement.ts'
import type { Claims } from './token-verifier.ts'

interface Serving {
  dispatcher: Dispatcher
  log: Log
  /** What this process knows of where the modules are: who asks at the wrong place is told. */
  placement?: Pick<KnownPlacement, 'version' | 'locate'> | undefined
}

interface ReceivedCall {
  module: string
  method: string
  claims: Claims
  body: Buffer
  headers: IncomingHttpHeaders
}

/** Executes a call of another process; answers the output as JSON. Throws `Failure`, or an error that is a mistake of ours. */
export async function serveCall(
  { dispatcher, log, placement }: Serving,
  call: ReceivedCall,
): Promise<string> {
  const { claims, headers } = call
  const method = hostedMethod(dispatcher, call.module, call.method, placement)
  const { access, identifies, timeoutMs } = method.spec
  if (claims.iss === 'edge' && access === 'internal' && !identifies) {
    log.warn({ method: method.id, iss: claims.iss }, 'call refused: the method is not for the public')
    throw runtimeFailure('FORBIDDEN', `Cannot call ${method.id} as the edge: it is for other modules only`)
  }
  const info = {
    caller: claims.caller,
    deadline: Date.now() + readTimeout(headers['pando-timeout-ms'], timeoutMs),
    traceId: readTraceId(headers.traceparent),
    openTransactions: 0,
    from: claims.iss,
    clientNetwork: claims.client,
  }
  const input = parse(call.body, `the input of ${method.id}`)
  for (;;) {
    try {
      const here = hostedMethod(dispatcher, call.module, call.method, placement)
      const answer = await dispatcher.execute(here, { input, info, key: claims.key, tolerant: true })
      return JSON.stringify(answer) ?? 'null'
    } catch (error) {
      // Its tables are fenced off: as soon as it is known where it goes, the caller is told.
      if (!isMisdirected(error) || !dispatcher.modules.has(call.module)) throw error
      await dispatcher.moves.settled(call.module, info.deadline)
    }
  }
}

const Event = createValidator(
  Type.Object({
    id: Type.String({ minLength: 1, maxLength: 100 }),
    name: Type.String({ pattern: '^[^.]+[.][^.]+$' }),
    aggregate: Type.String(),
    payload: Type.Unknown(),
  }),
)

/** Lets a module here react to an event. Throws as `serveCall` does. */
export async function serveEvent(
  { dispatcher, placement }: Serving,
  consumer: string,
  body: Buffer,
): Promise<undefined> {
  const module = dispatcher.modules.get(consumer)
  if (!module) throw elsewhere(consumer, placement)
  const event = parse(body, 'the event')
  if (!Event.accepts(event)) {
    throw runtimeFailure('INVALID_INPUT', 'Cannot take the event: see the fields', {
      fields: Event.problems(event),
    })
  }
  const { name } = event as DeliveredEvent
  if (!Object.hasOwn(module.definition.reactions, name))
    throw runtimeFailure('NOT_FOUND', `Cannot hand ${name} to ${consumer}: it does not react to that`)
  try {
    await dispatcher.react(consumer, event as DeliveredEvent)
  } catch (error) {
    if (!isMisdirected(error)) throw error
    await dispatcher.moves.settled(consumer, Date.now() + MOVE_PATIENCE_MS)
    throw elsewhere(consumer, placement)
  }
}

/** Puts what a call or an event ended with into words that may leave the process. */
export function asFailure(error: unknown, subject: string, log: Log): Failure {
  if (error instanceof Failure) return error
  const traceId = newTraceId()
  const unavailable = databaseFailure(error, subject, { log, traceId })
  if (unavailable) return unavailable
  log.error({ subject, traceId, err: error }, 'internal error')
  return runtimeFailure(
    'INTERNAL',
    `Cannot answer ${subject}: something is wrong inside; the log tells more by the trace id`,
    { traceId, cause: error },
  )
}

function hostedMethod(
  dispatcher: Dispatcher,
  module: string,
  name: string,
  placement: Serving['placement'],
): HostedMethod {
  const hosted = dispatcher.modules.get(module)
  if (!hosted) throw elsewhere(module, placement)
  const method = hosted.methods.get(name)
  if (!method) {
    const { version } = hosted.definition.contract
    throw runtimeFailure(
      'NOT_FOUND',
      `Cannot call ${module}.${name}: its process has version ${version} of the contract, which has no such method`,
    )
  }
  return method
}

/** Says where the module is, as far as that is known here. */
function elsewhere(module: string, placement: Serving['placement']): Failure {
  const { message } = misdirected(module)
  if (!placement) return misdirected(module)
  const data = { version: placement.version, modules: { [module]: placement.locate(module) } }
  return runtimeFailure('MISDIRECTED', message, { data })
}

function parse(body: Buffer, what: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw runtimeFailure('MALFORMED_BODY', `Cannot read ${what}: it is not JSON`)
  }
}

const MOVE_PATIENCE_MS = 10_000
const MAX_TIMEOUT_MS = 2 ** 31 - 1

function readTimeout(header: string | string[] | undefined, otherwise: number): number {
  if (header === undefined) return otherwise
  const ms = Number(header)
  if (!(ms >= 0)) {
    throw runtimeFailure(
      'INVALID_INPUT',
      'Cannot read Pando-Timeout-Ms: it is a number of milliseconds, such as 5000',
    )
  }
  return Math.min(ms, MAX_TIMEOUT_MS)
}

function readTraceId(traceparent: string | string[] | undefined): string {
  const id =
    typeof traceparent === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent)?.[1] : undefined
  return id ?? newTraceId()
}
