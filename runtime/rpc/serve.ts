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

interface ServeContext {
  dispatcher: Dispatcher
  log: Log
  /** The placement as this process knows it. Misdirected callers receive the location of the module from it. */
  placement?: Pick<KnownPlacement, 'version' | 'locate'> | undefined
}

interface ReceivedCall {
  module: string
  method: string
  claims: Claims
  body: Buffer
  headers: IncomingHttpHeaders
}

/**
 * Executes a call of another process, and returns the output as JSON. Throws `Failure`, or any other error for a bug.
 */
export async function serveCall(
  { dispatcher, log, placement }: ServeContext,
  call: ReceivedCall,
): Promise<string> {
  const { claims, headers } = call
  const method = hostedMethod(dispatcher, call.module, call.method, placement)
  const { access, identifies, timeoutMs } = method.spec
  if (claims.iss === 'edge' && access === 'internal' && !identifies) {
    log.warn({ method: method.id, iss: claims.iss }, 'call refused: the method is internal')
    throw runtimeFailure('FORBIDDEN', `Cannot call ${method.id} as the edge: only other modules may call it`)
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
      const hosted = hostedMethod(dispatcher, call.module, call.method, placement)
      const answer = await dispatcher.execute(hosted, { input, info, key: claims.key, tolerant: true })
      return JSON.stringify(answer) ?? 'null'
    } catch (error) {
      // The tables of the module are fenced. After the move, the next round executes the call or throws the new location.
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

/** Delivers an event to a module of this process. Throws like `serveCall`. */
export async function serveEvent(
  { dispatcher, placement }: ServeContext,
  consumer: string,
  body: Buffer,
): Promise<undefined> {
  const module = dispatcher.modules.get(consumer)
  if (!module) throw misdirectedFailure(consumer, placement)
  const event = parse(body, 'the event')
  if (!Event.accepts(event)) {
    throw runtimeFailure('INVALID_INPUT', 'Cannot accept the event: see the fields', {
      fields: Event.problems(event),
    })
  }
  const { name } = event as DeliveredEvent
  if (!Object.hasOwn(module.definition.reactions, name))
    throw runtimeFailure(
      'NOT_FOUND',
      `Cannot deliver ${name} to ${consumer}: it does not react to this event`,
    )
  try {
    await dispatcher.react(consumer, event as DeliveredEvent)
  } catch (error) {
    if (!isMisdirected(error)) throw error
    await dispatcher.moves.settled(consumer, Date.now() + MOVE_TIMEOUT_MS)
    throw misdirectedFailure(consumer, placement)
  }
}

/** Turns an error into a failure that may leave the process, without internal details. Logs bugs with a trace id. */
export function toFailure(error: unknown, subject: string, log: Log): Failure {
  if (error instanceof Failure) return error
  const traceId = newTraceId()
  const unavailable = databaseFailure(error, subject, { log, traceId })
  if (unavailable) return unavailable
  log.error({ subject, traceId, err: error }, 'internal error')
  return runtimeFailure(
    'INTERNAL',
    `Cannot answer ${subject}: internal error; the log has the details under this trace id`,
    { traceId, cause: error },
  )
}

function hostedMethod(
  dispatcher: Dispatcher,
  module: string,
  name: string,
  placement: ServeContext['placement'],
): HostedMethod {
  const hosted = dispatcher.modules.get(module)
  if (!hosted) throw misdirectedFailure(module, placement)
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

/** The failure for a module that is not here, with its location as this process knows it. */
function misdirectedFailure(module: string, placement: ServeContext['placement']): Failure {
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

/** How long an event waits for the end of its consumer's move. */
const MOVE_TIMEOUT_MS = 10_000
/** The longest delay of a timer in Node.js. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

function readTimeout(header: string | string[] | undefined, defaultMs: number): number {
  if (header === undefined) return defaultMs
  const ms = Number(header)
  if (!(ms >= 0)) {
    throw runtimeFailure(
      'INVALID_INPUT',
      'Cannot read Pando-Timeout-Ms: it must be a number of milliseconds, such as 5000',
    )
  }
  return Math.min(ms, MAX_TIMEOUT_MS)
}

function readTraceId(traceparent: string | string[] | undefined): string {
  const id =
    typeof traceparent === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent)?.[1] : undefined
  return id ?? newTraceId()
}
