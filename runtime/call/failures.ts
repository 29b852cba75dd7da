import type { Log } from '../base/log.ts'
import { Failure, isPermanent, type RuntimeCode, runtimeFailure } from '../contract/failure.ts'
import { sqlState, unavailableReason } from '../database/errors.ts'
import type { ContractMethod } from './call.ts'
import type { HostedMethod } from './host.ts'
import type { StoredFailure } from './idempotency.ts'
import type { CallInfo } from './info.ts'

// The failures of other modules that a handler may pass on. Any other that it does not handle is a bug of its own.
const PASSED_ON = new Set<string>([
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'IDEMPOTENCY_KEY_REUSED',
] satisfies RuntimeCode[])

/**
 * Converts an error to a failure that may leave the module: a declared one, UNAVAILABLE, or INTERNAL with a trace id.
 */
export function failureOf(error: unknown, method: HostedMethod, info: CallInfo): Failure {
  if (error instanceof Failure) {
    if (error.code in method.spec.failures || PASSED_ON.has(error.code)) return error
  }
  const unavailable = databaseFailure(error, method.id, { log: method.module.log, traceId: info.traceId })
  if (unavailable) return unavailable
  const state = sqlState(error)
  // 57014 query_canceled: a statement took longer than its timeout
  if (state === '57014') return deadlineExceeded(method)
  // 22021 character_not_in_repertoire, 22P05 untranslatable_character
  if (state === '22021' || state === '22P05') {
    return runtimeFailure(
      'INVALID_INPUT',
      `Cannot accept the input of ${method.id}: it has a character that cannot be stored, such as NUL`,
    )
  }
  method.module.log.error({ method: method.id, traceId: info.traceId, err: error }, 'internal error')
  return runtimeFailure(
    'INTERNAL',
    `Cannot answer ${method.id}: internal error; the log has the details under this trace id`,
    {
      traceId: info.traceId,
      cause: error,
    },
  )
}

/**
 * UNAVAILABLE for an error of a database that cannot serve now, such as a full disk; undefined for other errors.
 *
 * @param subject the method or page of the request
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

/** The failure for an input that breaks the contract, with all mistakes in the input. */
export function invalidInput(method: Pick<ContractMethod, 'id' | 'input'>, input: unknown): Failure {
  const fields = method.input.problems(input)
  const first = fields[0]
  const where = first ? `: ${first.field || 'the input'} ${first.message}` : ''
  return runtimeFailure('INVALID_INPUT', `Cannot accept the input of ${method.id}${where}`, { fields })
}

/** Restores a failure from the journal. */
export function restoreFailure(stored: StoredFailure): Failure {
  return new Failure(stored.code, stored.status, stored.message, { data: stored.data })
}

/** The failure after a deadline. `method.id` is `module.method`. */
export function deadlineExceeded(method: { id: string }): Failure {
  return runtimeFailure(
    'DEADLINE_EXCEEDED',
    `Cannot answer ${method.id} in time: it may have been executed nevertheless`,
    {
      retryAfterSeconds: 1,
    },
  )
}

/**
 * Whether a handler has replaced the permanent failure of its workflow with another one. After a transient failure the
 * workflow continues, and another process may have ended it since, with a failure that must not be replaced.
 */
export function replacesFailure(failure: Failure, workflowFailure: unknown): boolean {
  if (failure === workflowFailure || !isPermanent(failure)) return false
  return workflowFailure === undefined || isPermanent(workflowFailure)
}
