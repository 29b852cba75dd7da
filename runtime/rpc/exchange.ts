import type { Pool, Dispatcher as Undici } from 'undici'

/** One request as it is sent, to whichever replica. */
export interface Sending {
  path: string
  body: string
  headers: Record<string, string>
}

/** What became of one request: an answer, or a connection that could not be made or broke. */
export type Outcome =
  | { kind: 'answered'; status: number; headers: Record<string, string | string[] | undefined>; body: string }
  /** `sent`: whether the callee may have received it. */
  | { kind: 'broken'; sent: boolean; error: Error }

/** A request under way. */
export interface Exchanging {
  readonly outcome: Promise<Outcome>
  /** Ends it as broken, when it has not ended yet. */
  abort(reason: Error): void
}

/**
 * One request and its answer. It is undici's own handler and not `request()`, because that wraps each body in a stream,
 * which costs as much as all the rest here.
 */
export class Exchange implements Exchanging, Undici.DispatchHandler {
  readonly outcome: Promise<Outcome>
  #resolve!: (outcome: Outcome) => void
  #controller: Undici.DispatchController | undefined
  #aborted: Error | undefined
  #sent = false
  #status = 0
  #headers: Record<string, string | string[] | undefined> = {}
  #first: Buffer | undefined
  #rest: Buffer[] | undefined

  constructor(pool: Pool, { path, body, headers }: Sending) {
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
