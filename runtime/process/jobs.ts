import type { Log } from '../base/log.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import { system } from '../contract/caller.ts'

export interface Job {
  name: string
  /** The pause between the end of a run and the next run. */
  everyMs: number
  /** Whether the first run is at the start. By default it is `everyMs` later. */
  atStart?: boolean
  run: () => Promise<unknown>
}

/** A job of a module: the runtime calls one of its commands. */
export function moduleJob(dispatcher: Dispatcher, module: string, method: string, everyMs: number): Job {
  const name = `${module}.${method}`
  return {
    name,
    everyMs,
    run: () => dispatcher.callFrom(system(`job:${name}`), module, method, {}, { from: module }),
  }
}

/** Runs jobs repeatedly. Runs of a job never overlap, however long they take. */
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
    for (const job of this.#jobs) this.#schedule(job, job.atStart ? 0 : job.everyMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.allSettled(this.#running)
  }

  #schedule(job: Job, delayMs = job.everyMs): void {
    // Five percent of jitter, so that the replicas of a process do not all run a job at the same time.
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
        if (!this.#stopped) this.#schedule(job)
      })
    this.#running.add(work)
  }
}
