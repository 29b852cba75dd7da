/** One thing that was wrong with an input. `field` is a JSON Pointer (RFC 6901) into it, `''` for the whole. */
export interface FieldProblem {
  field: string
  message: string
}

/** What a `Failure` carries beside its code; all of it may be shown to the caller. */
export interface FailureDetails {
  data?: unknown
  fields?: FieldProblem[]
  traceId?: string
  /** Seconds after which another try makes sense; sent as `Retry-After`. */
  retryAfterSeconds?: number
  /** It came from another process: whoever asked there has tried again already. */
  relayed?: boolean
  cause?: unknown
}

/**
 * An answer that says no. `code` is stable and for programs, `message` for people; `status` is the HTTP status it has
 * at the edge. A failure declared in a contract arrives typed at the caller; everything else is one of `runtimeFailures`.
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

/** Failures that any call can end with, whatever its contract declares: code and HTTP status. */
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
  /** Between processes: the module is not in the process that was asked. Nothing was executed. */
  MISDIRECTED: 421,
  RATE_LIMITED: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  /** The callee could not be reached or did not answer: the call may have been executed. */
  UNAVAILABLE: 503,
  /** Between processes: shed before it began. Nothing was executed. */
  OVERLOADED: 503,
  /** The deadline passed: the call may have been executed. */
  DEADLINE_EXCEEDED: 504,
} as const

export type RuntimeCode = keyof typeof runtimeFailures

export function runtimeFailure(code: RuntimeCode, message: string, details?: FailureDetails): Failure {
  return new Failure(code, runtimeFailures[code], message, details)
}

/** Nothing was executed: the module's tables are fenced off here, or it is in another process by now. */
export function misdirected(module: string): Failure {
  return runtimeFailure('MISDIRECTED', `Cannot serve "${module}": it is not in this process`)
}

export function isMisdirected(error: unknown): boolean {
  return error instanceof Failure && error.code === 'MISDIRECTED'
}

/** Whether an error is a final refusal; everything else may pass, so that a repeat may succeed. */
export function isDefinite(error: unknown): error is Failure {
  return error instanceof Failure && error.status < 500 && error.status !== 429
}
