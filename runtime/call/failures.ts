import type { Log } from '../base/log.ts'
import { Failure, isDefinite, type RuntimeCode, runtimeFailure } from '../contract/failure.ts'
import { sqlState, unavailableReason } from '../database/errors.ts'
import type { ContractMethod } from './call.ts'
import type { HostedMethod } from './host.ts'
import type { StoredFailure } from './idempotency.ts'
import type { CallInfo } from './info.ts'

// What a handler lets through of the modules that it called; other failures of theirs are its own mistake.
const PASSED_ON = new Set<string>([
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'IDEMPOTENCY_KEY_REUSED',
] satisfies RuntimeCode[])

/** Puts an error into words that may leave the module: a declared failure, unavailable, or INTERNAL with a trace id. */
export function failureOf(error: unknown, method: HostedMethod, info: CallInfo): Failure {
  if (error instanceof Failure) {
    if (error.code in method.spec.failures || PASSED_ON.has(error.code)) return error
  }
  const unavailable = databaseFailure(error, method.id, { log: method.module.log, traceId: info.traceId })
  if (unavailable) return unavailable
  if (sqlState(error) === '57014') {
    return deadlineExceeded(method)
  }
  if (sqlState(error) === '22021' || sqlState(error) === '22P05') {
    return runtimeFailure(
      'INVALID_INPUT',
      `Cannot take the input of ${method.id}: it holds a character that cannot be stored, such as NUL`,
    )
  }
  method.module.log.error({ method: method.id, traceId: info.traceId, err: error }, 'internal error')
  return runtimeFailure(
    'INTERNAL',
    `Cannot answer ${method.id}: something is wrong inside; the log tells more by the trace id`,
    {
      traceId: info.traceId,
      cause: error,
    },
  )
}

/**
 * UNAVAILABLE for what a database cannot do at the moment, because it is away or its disk is full; undefined for all other
 * errors. `subject`: what was asked for.
 */
export function databaseFailure(
  error: unknown,
  subject: string,
  { log, traceId }: { log: Log; traceId: string },
): Failure | undefined {
  const why = unavailableReason(error)
  if (why === undefined) return undefined
  log.warn({ subject, traceId, error: String(error) }, `database ${why}`)
  return runtimeFailure('UNAVAILABLE', `Cannot answer ${subject} now: the database ${why}. Try again`, {
    retryAfterSeconds: 1,
    traceId,
    cause: error,
  })
}

/** An input that breaks the contract, with all that is wrong with it. */
export function invalidInput(method: Pick<ContractMethod, 'id' | 'input'>, input: unknown): Failure {
  const fields = method.input.problems(input)
  const first = fields[0]
  const where = first ? `: ${first.field || 'the input'} ${first.message}` : ''
  return runtimeFailure('INVALID_INPUT', `Cannot take the input of ${method.id}${where}`, { fields })
}

/** Makes the failure again that the journal kept. */
export function restoreFailure(stored: StoredFailure): Failure {
  return new Failure(stored.code, stored.status, stored.message, { data: stored.data })
}

/** `method.id` is `module.method`. */
export function deadlineExceeded(method: { id: string }): Failure {
  return runtimeFailure(
    'DEADLINE_EXCEEDED',
    `Cannot answer ${method.id} in time: it may have been executed all the same`,
    {
      retryAfterSeconds: 1,
    },
  )
}

/**
 * Whether a handler put the end of its workflow into other words. An end that may pass is none: the workflow goes on, and
 * another process may have ended it since, in words that must stay.
 */
export function isInOtherWords(failure: Failure, workflowFailure: unknown): boolean {
  if (failure === workflowFailure || !isDefinite(failure)) return false
  return workflowFailure === undefined || isDefinite(workflowFailure)
}
