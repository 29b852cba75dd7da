import { Agent, request } from 'undici'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import type { Log } from '../base/log.ts'
import { system } from '../contract/caller.ts'
import { TokenSigner } from './token-signer.ts'

export interface VersionsReaderOptions {
  /** The deployment's secret. */
  secret: string
  /** Modules in other processes whose answers this process caches. */
  modules: () => readonly string[]
  /** The origins of the replicas of a module. Called once a second. */
  locate: (module: string) => readonly string[]
  /**
   * Called with modules that may have changed: those that committed, and all of a process whose stream opened or broke.
   */
  changed: (modules: readonly string[]) => void
  log: Log
}

const UPDATE_MS = 1000
/** Three heartbeats of the stream. */
const SILENCE_MS = 15_000
const REOPEN: BackOff = { firstMs: 100, longestMs: 5000, jitter: true }
/** How many failures of a first connection are not logged. With the back-off they last for some seconds. */
const SILENT_FAILURES = 6

/** Reads the version updates of other processes, so that caches drop entries of modules that committed. */
export class VersionsReader {
  readonly #options: VersionsReaderOptions
  readonly #signer: TokenSigner
  readonly #agent = new Agent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS })
  readonly #streams = new Map<string, AbortController>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: VersionsReaderOptions) {
    this.#options = options
    this.#signer = new TokenSigner(options.secret)
  }

  start(): void {
    this.update()
    this.#timer = setInterval(() => this.update(), UPDATE_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const stream of this.#streams.values()) stream.abort()
    this.#streams.clear()
    await this.#agent.destroy()
  }

  /** Opens streams to the processes that have the modules now, and closes the others. */
  update(): void {
    const { modules, locate } = this.#options
    const origins = new Set(modules().flatMap(locate))
    for (const [origin, stream] of this.#streams) {
      if (origins.has(origin)) continue
      stream.abort()
      this.#streams.delete(origin)
    }
    for (const origin of origins) {
      if (this.#streams.has(origin)) continue
      const stop = new AbortController()
      this.#streams.set(origin, stop)
      void this.#follow(origin, stop.signal)
    }
  }

  /** Reads the stream of one process until `signal` aborts. Reopens it with a back-off when it breaks. */
  async #follow(origin: string, signal: AbortSignal): Promise<void> {
    const { changed, log } = this.#options
    let failures = 0
    // Of failures in a row only one is logged: the first, or a later one while the process may still be starting.
    let silentFailures = SILENT_FAILURES
    while (!signal.aborted) {
      try {
        await this.#read(origin, signal, () => {
          failures = 0
          silentFailures = 0
          changed(this.#modulesAt(origin))
        })
      } catch (error) {
        if (!signal.aborted && failures === silentFailures)
          log.warn({ origin, error: String(error) }, 'cannot read version updates')
      }
      changed(this.#modulesAt(origin))
      if (signal.aborted) return
      const waitMs = waitAfter(++failures, REOPEN)
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref())
    }
  }

  async #read(origin: string, signal: AbortSignal, opened: () => void): Promise<void> {
    const content = { iss: 'cli', aud: 'versions', caller: system('versions') }
    const response = await request(`${origin}/versions`, {
      dispatcher: this.#agent,
      signal,
      headers: { authorization: `Bearer ${this.#signer.sign(content, '')}` },
    })
    if (response.statusCode !== 200) {
      await response.body.dump()
      if (response.statusCode === 401)
        throw new Error('it refuses the token: both processes need the same PANDO_SECRET')
      throw new Error(`it answered ${response.statusCode}`)
    }
    opened()
    let rest = ''
    for await (const chunk of response.body.setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      const committed = lines.flatMap((line) => JSON.parse(line) as string[])
      if (committed.length > 0) this.#options.changed([...new Set(committed)])
    }
  }

  #modulesAt(origin: string): string[] {
    return this.#options.modules().filter((module) => this.#options.locate(module).includes(origin))
  }
}
