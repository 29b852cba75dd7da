import { ApiError } from './api-error.ts'

const KEEP_SECONDS = 24 * 3600
const MAX_KEY_LENGTH = 255

/** An answer as it goes over the wire. */
export interface Answer {
  status: number
  body: string
  requestId: string
}

interface Entry {
  fingerprint: string
  createdAt: number
  /** Undefined while the first request with this key runs. */
  answer?: Answer
}

/** The idempotency keys of one account and mode. */
export class IdempotencyStore {
  readonly #entries = new Map<string, Entry>()

  /**
   * Takes a key for a request, or returns the kept answer of the first request with it.
   * Throws 400 when the first request was another one, and 409 while it runs.
   */
  take(key: string, fingerprint: string, now: number): Answer | undefined {
    if (key.length > MAX_KEY_LENGTH)
      throw notExecuted(400, 'Idempotency keys cannot be longer than 255 characters')
    const entry = this.#entries.get(key)
    if (!entry || entry.createdAt + KEEP_SECONDS <= now) {
      this.#entries.set(key, { fingerprint, createdAt: now })
      return undefined
    }
    if (entry.fingerprint !== fingerprint)
      throw notExecuted(
        400,
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      )
    if (!entry.answer)
      throw notExecuted(
        409,
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        'idempotency_key_in_use',
      )
    return entry.answer
  }

  keep(key: string, answer: Answer): void {
    const entry = this.#entries.get(key)
    if (entry) entry.answer = answer
  }

  /** Frees a key whose request did not begin to execute. */
  free(key: string): void {
    this.#entries.delete(key)
  }
}

function notExecuted(status: number, message: string, code?: string): ApiError {
  return new ApiError(
    status,
    { type: 'idempotency_error', message, ...(code ? { code } : {}) },
    { isKept: false },
  )
}
