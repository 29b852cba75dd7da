import type { Pool, Dispatcher as Undici } from 'undici'

/** One request, ready to be sent to any replica. */
export interface OutgoingRequest {
  path: string
  body: string
  headers: Record<string, string>
}

/** The outcome of one request: an answer, or a failed connection. */
export type Outcome =
  | { kind: 'answered'; status: number; headers: Record<string, string | string[] | undefined>; body: string }
  /** `sent`: whether the callee may have received it. */
  | { kind: 'broken'; sent: boolean; error: Error }

/** A request that was sent. */
export interface PendingExchange {
  readonly outcome: Promise<Outcome>
  /** Aborts the request. The outcome is `broken`, unless there is one already. */
  abort(reason: Error): void
}

/**
 * One request and its answer. Implements undici's handler directly: `request()` would wrap each body in a stream, which
 * costs as much as all the rest of the exchange.
 */
export class Exchange implements PendingExchange, Undici.DispatchHandler {
  readonly outcome: Promise<Outcome>
  #resolve!: (outcome: Outcome) => void
  #controller: Undici.DispatchController | undefined
  #aborted: Error | undefined
  #sent = false
  #status = 0
  #headers: Record<string, string | string[] | undefined> = {}
  /** The body. Most answers arrive as one chunk, which then need not be copied. */
  #first: Buffer | undefined
  #rest: Buffer[] | undefined

  constructor(pool: Pool, { path, body, headers }: OutgoingRequest) {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve
    })
    pool.dispatch({ method: 'POST', path, body, headers }, this)
  }

  abort(reason: Error): void {
    this.#aborted = reason
    this.#controller?.abort(reason)
    this.#resolve({ kind: 'broken', sent: this.#sent, error: reason })
  }

  onRequestStart(controller: Undici.DispatchController): void {
    if (this.#aborted) {
      controller.abort(this.#aborted)
      return
    }
    this.#controller = controller
    this.#sent = true
  }

  onResponseStart(
    _controller: Undici.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Undici.DispatchController, chunk: Buffer): void {
    if (!this.#first) this.#first = chunk
    else if (this.#rest) this.#rest.push(chunk)
    else this.#rest = [chunk]
  }

  onResponseEnd(): void {
    const bytes = this.#rest ? Buffer.concat([this.#first!, ...this.#rest]) : this.#first
    this.#resolve({
      kind: 'answered',
      status: this.#status,
      headers: this.#headers,
      body: bytes?.toString('utf8') ?? '',
    })
  }

  onResponseError(_controller: Undici.DispatchController, error: Error): void {
    this.#resolve({ kind: 'broken', sent: this.#sent, error })
  }
}
