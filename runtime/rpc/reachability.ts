import { setTimeout as pause } from 'node:timers/promises'
import { ErrorStatus, fetchStatus } from './process-client.ts'

export interface ReachabilityOptions {
  /** Modules in other processes that the modules of this process need. */
  needed: () => readonly string[]
  /** The origins of the replicas of a module. */
  locate: (module: string) => readonly string[]
  /** The deployment's secret. */
  secret: string
  /** How long a module that does not answer keeps this process from being ready. Default: 10 s. */
  waitMs?: number
}

const DEFAULT_WAIT_MS = 10_000
const RETRY_MS = 100
const LATE_RETRY_MS = 1000
const ANSWER_TIMEOUT_MS = 2000

/** Checks after the start of a process that it can reach each module it needs: each must answer one signed request. */
export class ReachabilityCheck {
  readonly #options: ReachabilityOptions
  readonly #began = performance.now()
  readonly #ended = new AbortController()
  /** Modules that were not reached yet, with the reason. */
  readonly #missing = new Map<string, { isRefused: boolean; reason: string }>()
  #work: Promise<void> = Promise.resolve()

  constructor(options: ReachabilityOptions) {
    this.#options = options
  }

  /** Sends requests in the background until each module has answered. */
  start(): void {
    for (const module of this.#options.needed())
      this.#missing.set(module, { isRefused: false, reason: 'it has not answered yet' })
    this.#work = this.#reachAll()
  }

  /**
   * Why this process is not ready; undefined when it is. A module that refuses the token always counts, one that does
   * not answer only for `waitMs`.
   */
  get problem(): string | undefined {
    const isWaiting = this.#isWaiting
    return this.#describe(({ isRefused }) => isRefused || isWaiting)
  }

  /** All modules that have not answered since the start. */
  get note(): string | undefined {
    return this.#describe(() => true)
  }

  /** Whether this process still waits for modules that do not answer. Afterwards it becomes ready without them. */
  get #isWaiting(): boolean {
    return performance.now() - this.#began < (this.#options.waitMs ?? DEFAULT_WAIT_MS)
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  async #reachAll(): Promise<void> {
    const { signal } = this.#ended
    while (this.#missing.size > 0 && !signal.aborted) {
      await Promise.all([...this.#missing.keys()].map((module) => this.#reach(module)))
      await pause(this.#isWaiting ? RETRY_MS : LATE_RETRY_MS, undefined, { signal, ref: false }).catch(
        () => {},
      )
    }
  }

  async #reach(module: string): Promise<void> {
    const { locate, secret } = this.#options
    for (const origin of locate(module)) {
      try {
        const { modules } = await fetchStatus(origin, secret, ANSWER_TIMEOUT_MS)
        if (Object.hasOwn(modules, module)) return void this.#missing.delete(module)
        this.#missing.set(module, { isRefused: false, reason: `it is not at ${origin} yet` })
      } catch (error) {
        const isRefused = error instanceof ErrorStatus && error.status === 401
        const reason = isRefused
          ? `the process at ${origin} refuses the token of this process: it belongs to another shop, or has another PANDO_SECRET`
          : `${origin} does not answer (${(error as Error).message})`
        this.#missing.set(module, { isRefused, reason })
      }
    }
  }

  #describe(isIncluded: (missing: { isRefused: boolean }) => boolean): string | undefined {
    const missing = [...this.#missing].filter(([, each]) => isIncluded(each))
    return missing.length === 0
      ? undefined
      : `Not reached since the start: ${missing.map(([module, { reason }]) => `"${module}": ${reason}`).join('; ')}`
  }
}
