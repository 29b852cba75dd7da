import { setTimeout as pause } from 'node:timers/promises'
import { askStatus } from './operate.ts'

export interface ReachOptions {
  /** Modules elsewhere that those here need. */
  needed: () => readonly string[]
  /** Where a module is. */
  locate: (module: string) => readonly string[]
  /** The deployment's secret. */
  secret: string
  /** How long what is silent is waited for; 10 s unless given. */
  patienceMs?: number
}

const PATIENCE_MS = 10_000
const LOOK_MS = 100
const LATER_LOOK_MS = 1000
const ANSWER_MS = 2000

/** Meets the modules that a process needs once, after its start: each has answered one of its signed questions. */
export class Reach {
  readonly #options: ReachOptions
  readonly #began = performance.now()
  readonly #ended = new AbortController()
  /** Not met yet, with the reason. */
  readonly #missing = new Map<string, { isRefused: boolean; why: string }>()
  #work: Promise<void> = Promise.resolve()

  constructor(options: ReachOptions) {
    this.#options = options
  }

  /** Asks them from now on until each has answered. */
  start(): void {
    for (const module of this.#options.needed())
      this.#missing.set(module, { isRefused: false, why: 'it has not answered yet' })
    this.#work = this.#meetAll()
  }

  /** Why this process cannot work yet, in words: what refuses it never counts as met, what is silent only for so long. */
  get problem(): string | undefined {
    const isPatient = this.#isPatient
    return this.#describe(({ isRefused }) => isRefused || isPatient)
  }

  /** What is silent since the start. */
  get note(): string | undefined {
    return this.#describe(() => true)
  }

  /** What is silent for longer is away, and the shop does without it. */
  get #isPatient(): boolean {
    return performance.now() - this.#began < (this.#options.patienceMs ?? PATIENCE_MS)
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  async #meetAll(): Promise<void> {
    const { signal } = this.#ended
    while (this.#missing.size > 0 && !signal.aborted) {
      await Promise.all([...this.#missing.keys()].map((module) => this.#meet(module)))
      await pause(this.#isPatient ? LOOK_MS : LATER_LOOK_MS, undefined, { signal, ref: false }).catch(
        () => {},
      )
    }
  }

  async #meet(module: string): Promise<void> {
    const { locate, secret } = this.#options
    for (const origin of locate(module)) {
      try {
        const { modules } = await askStatus(origin, secret, ANSWER_MS)
        if (Object.hasOwn(modules, module)) return void this.#missing.delete(module)
        this.#missing.set(module, { isRefused: false, why: `it is not at ${origin} yet` })
      } catch (error) {
        const { message } = error as Error
        const isRefused = message === REFUSED
        const why = isRefused
          ? `the process at ${origin} does not know this one: it is of another shop, or has another PANDO_SECRET`
          : `${origin} does not answer (${message})`
        this.#missing.set(module, { isRefused, why })
      }
    }
  }

  #describe(counts: (missing: { isRefused: boolean }) => boolean): string | undefined {
    const missing = [...this.#missing].filter(([, each]) => counts(each))
    return missing.length === 0
      ? undefined
      : `Not reached since the start: ${missing.map(([module, { why }]) => `"${module}": ${why}`).join('; ')}`
  }
}

const REFUSED = 'it answered 401'
