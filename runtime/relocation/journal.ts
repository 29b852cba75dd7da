import type { Pool } from '../database/pool.ts'
import type { Direction } from './names.ts'
import type { RelocationProgress, StepRecord } from './relocation.ts'
import { Interrupted } from './retry.ts'
import type { StepName } from './steps.ts'
import { updateRelocation } from './store.ts'

/** Receives the progress of a relocation. */
export type ProgressListener = (progress: RelocationProgress) => void

/** Records the steps of one relocation in the home database, and reports their progress. */
export class Journal {
  readonly #home: Pool
  readonly #id: string
  readonly #onProgress: ProgressListener
  readonly #records: StepRecord[]
  /** The writes of records, one after the other. */
  #writes: Promise<unknown> = Promise.resolve()
  /** Repeats the last of these writes. Each write contains all records. */
  #lastWrite: (() => Promise<unknown>) | undefined
  /** The step that runs, or ran last; undefined before the first one. */
  #current: { step: StepName; began: number } | undefined
  /** Called before each step, so that a test can stop there. */
  readonly #before: (step: StepName) => Promise<void>

  constructor(
    home: Pool,
    relocation: { id: string; history: readonly StepRecord[] },
    { onProgress, before }: { onProgress: ProgressListener; before: (step: StepName) => Promise<void> },
  ) {
    this.#home = home
    this.#id = relocation.id
    this.#records = [...relocation.history]
    this.#onProgress = onProgress
    this.#before = before
  }

  /** Reports the progress of the current step. */
  report(progress: Pick<RelocationProgress, 'rows' | 'lagBytes' | 'note'>): void {
    // Before the first step of this run, the last step of the run before it counts.
    const { step = this.#records.at(-1)?.step ?? 'preflight', began = performance.now() } =
      this.#current ?? {}
    this.#onProgress({ id: this.#id, step, phase: 'running', ms: performance.now() - began, ...progress })
  }

  /** Records a step, and runs it when the record is on disk. */
  async run<Answer>(step: StepName, work: () => Promise<Answer>, direction?: Direction): Promise<Answer> {
    await this.#before(step)
    const record = this.#begin(step)
    await this.#record(step, direction)
    return this.#execute(record, work)
  }

  /** Runs a step at once, and records it in the background: for steps during which writers wait. */
  async runWithoutWaiting<Answer>(step: StepName, work: () => Promise<Answer>): Promise<Answer> {
    await this.#before(step)
    const record = this.#begin(step)
    this.#record(step).catch(() => {})
    return this.#execute(record, work)
  }

  /** Waits until all records are on disk, and repeats the last write if it has failed. */
  async flush(): Promise<void> {
    const lastWrite = this.#lastWrite
    await this.#writes.catch(() => lastWrite?.())
  }

  async #execute<Answer>(record: StepRecord, work: () => Promise<Answer>): Promise<Answer> {
    const began = performance.now()
    this.#current = { step: record.step, began }
    this.#onProgress({ id: this.#id, step: record.step, phase: 'begun', ms: 0 })
    try {
      return await work()
    } finally {
      record.ms = Math.round((performance.now() - began) * 10) / 10
      this.#onProgress({ id: this.#id, step: record.step, phase: 'ended', ms: record.ms })
    }
  }

  #begin(step: StepName): StepRecord {
    const earlier = this.#records.find((record) => record.step === step)
    if (earlier) {
      earlier.tries += 1
      earlier.startedAt = new Date().toISOString()
      return earlier
    }
    const record: StepRecord = { step, startedAt: new Date().toISOString(), ms: 0, tries: 1 }
    this.#records.push(record)
    return record
  }

  #record(step: StepName, direction?: Direction): Promise<unknown> {
    const change = { step, history: structuredClone(this.#records), ...(direction ? { direction } : {}) }
    const write = () => updateRelocation(this.#home, this.#id, change)
    this.#lastWrite = write
    this.#writes = this.#writes.catch(() => {}).then(write)
    return this.#writes
  }

  /** Waits for all records, and writes the final times of the steps. */
  async close(): Promise<void> {
    await this.#writes.catch(() => {})
    await updateRelocation(this.#home, this.#id, { history: this.#records })
  }
}

/** Stops before a step until it is released or interrupted. */
export class Breakpoint {
  readonly #at: StepName | undefined
  readonly #signal: AbortSignal
  readonly #onHeld: (step: StepName) => void
  #release: (() => void) | undefined
  #isOver = false

  constructor(at: StepName | undefined, signal: AbortSignal, onHeld: (step: StepName) => void) {
    this.#at = at
    this.#signal = signal
    this.#onHeld = onHeld
  }

  async before(step: StepName): Promise<void> {
    this.#signal.throwIfAborted()
    if (step !== this.#at || this.#isOver) return
    await new Promise<void>((resolve, reject) => {
      this.#release = resolve
      this.#onHeld(step)
      this.#signal.addEventListener(
        'abort',
        () => reject(this.#signal.reason ?? new Interrupted('stopped')),
        {
          once: true,
        },
      )
    })
  }

  /** Resumes the relocation if it is stopped here, and lets it pass if it comes here later. */
  release(): void {
    this.#isOver = true
    this.#release?.()
  }
}
