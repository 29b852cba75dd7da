/** One mistake in an input. `field` is a JSON Pointer (RFC 6901) into it, `''` for the whole input. */
export interface FieldProblem {
  field: string
  message: string
}

/** The optional parts of a `Failure`. All except `cause` and `relayed` may be shown to the caller. */
export interface FailureDetails {
  data?: unknown
  fields?: FieldProblem[]
  traceId?: string
  /** Seconds after which a retry may succeed; sent as `Retry-After`. */
  retryAfterSeconds?: number
  /** The failure came from another process, whose client has already retried. */
  relayed?: boolean
  cause?: unknown
}

/**
 * A refusal or an error as the answer to a call. `code` is stable and for programs, `message` is for people, `status`
 * is the HTTP status at the edge. A failure declared in a contract arrives typed at the caller; any other is one of
 * `runtimeFailures`.
 */
export class Failure extends Error {
  readonly code: string
  readonly status: number
  readonly data: unknown
  readonly fields: FieldProblem[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly relayed: boolean
  traceId: string | undefined

  constructor(code: string, status: number, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    this.status = status
    this.data = details.data
    this.fields = details.fields
    this.traceId = details.traceId
    this.retryAfterSeconds = details.retryAfterSeconds
    this.relayed = details.relayed ?? false
  }
}

/** The failures that any call can have, besides those of its contract: code and HTTP status. */
export const runtimeFailures = {
  INVALID_INPUT: 400,
  MALFORMED_BODY: 400,
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  IDEMPOTENCY_KEY_REUSED: 409,
  PAYLOAD_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** Between processes: the called process does not have the module. Nothing was executed. */
  MISDIRECTED: 421,
  RATE_LIMITED: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  /** The callee could not be reached or did not answer: the call may have been executed. */
  UNAVAILABLE: 503,
  /** Between processes: the call was rejected before it began. Nothing was executed. */
  OVERLOADED: 503,
  /** The deadline passed: the call may have been executed. */
  DEADLINE_EXCEEDED: 504,
} as const

export type RuntimeCode = keyof typeof runtimeFailures

export function runtimeFailure(code: RuntimeCode, message: string, details?: FailureDetails): Failure {
  return new Failure(code, runtimeFailures[code], message, details)
}

/**
 * The failure when the module's tables are fenced here, or the module has moved to another process. Nothing was
 * executed.
 */
export function misdirected(module: string): Failure {
  return runtimeFailure('MISDIRECTED', `Cannot serve "${module}": it is not in this process`)
}

export function isMisdirected(error: unknown): boolean {
  return error instanceof Failure && error.code === 'MISDIRECTED'
}

/** Whether an error is a permanent refusal. Any other error may be transient, so a retry may succeed. */
export function isPermanent(error: unknown): error is Failure {
  return error instanceof Failure && error.status < 500 && error.status !== 429
}
