import type { Log } from '../base/log.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import { system } from '../contract/caller.ts'

export interface Job {
  name: string
  everyMs: number
  /** Runs for the first time at the start; otherwise a while after it. */
  atStart?: boolean
  run: () => Promise<unknown>
}

/** A job of a module: a command of its own, called by the runtime. */
export function moduleJob(dispatcher: Dispatcher, module: string, method: string, everyMs: number): Job {
  const name = `${module}.${method}`
  return {
    name,
    everyMs,
    run: () => dispatcher.callFrom(system(`job:${name}`), module, method, {}, { from: module }),
  }
}

/** Runs jobs again and again, each a while after its last run has ended, so that a slow one never overlaps itself. */
export class Jobs {
  readonly #jobs: readonly Job[]
  readonly #log: Log
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #running = new Set<Promise<void>>()
  #stopped = false

  constructor(jobs: readonly Job[], log: Log) {
    this.#jobs = jobs
    this.#log = log
  }

  start(): void {
    for (const job of this.#jobs) this.#plan(job, job.atStart ? 0 : job.everyMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.allSettled(this.#running)
  }

  #plan(job: Job, delayMs = job.everyMs): void {
    // Spread by a tenth, so that the replicas of a process do not all come at once.
    const delay = delayMs * (0.95 + Math.random() / 10)
    this.#timers.set(job.name, setTimeout(() => this.#run(job), delay).unref())
  }

  #run(job: Job): void {
    const work = job
      .run()
      .then(() => {})
      .catch((error: unknown) => {
        if (!this.#stopped)
          this.#log.warn({ job: job.name, error: String(error) }, 'job failed, will run again')
      })
      .finally(() => {
        this.#running.delete(work)
        if (!this.#stopped) this.#plan(job)
      })
    this.#running.add(work)
  }
}
