import type { Pool } from '../database/pool.ts'
import type { Direction } from './names.ts'
import type { RelocationProgress, StepName, StepRecord } from './relocation.ts'
import { Interrupted } from './retry.ts'
import { updateRelocation } from './store.ts'

/** Is told how far it is. */
export type ProgressListener = (progress: RelocationProgress) => void

/** Notes the steps of one relocation in the home database as they are taken, and tells of them. */
export class Journal {
  readonly #home: Pool
  readonly #id: string
  readonly #onProgress: ProgressListener
  readonly #records: StepRecord[]
  /** They are written one after the other. */
  #notes: Promise<unknown> = Promise.resolve()
  #last: (() => Promise<unknown>) | undefined
  #current: { step: StepName; began: number } | undefined
  /** Is asked before each step: a test may want to stop there. */
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

  /** Says more of the step that is being taken. */
  say(more: Pick<RelocationProgress, 'rows' | 'lagBytes' | 'note'>): void {
    // Before the first step, and between two.
    const { step = this.#records.at(-1)?.step ?? 'preflight', began = performance.now() } =
      this.#current ?? {}
    this.#onProgress({ id: this.#id, step, phase: 'running', ms: performance.now() - began, ...more })
  }

  /** Notes a step, and takes it when the note is on the disk. */
  async take<Answer>(step: StepName, work: () => Promise<Answer>, direction?: Direction): Promise<Answer> {
    await this.#before(step)
    const record = this.#begin(step)
    await this.#note(step, direction)
    return this.#run(record, work)
  }

  /** Notes a step and takes it at once: writers wait. */
  async takeQuickly<Answer>(step: StepName, work: () => Promise<Answer>): Promise<Answer> {
    await this.#before(step)
    const record = this.#begin(step)
    this.#note(step).catch(() => {})
    return this.#run(record, work)
  }

  /** Waits until all that was noted is on the disk. */
  async settle(): Promise<void> {
    const last = this.#last
    await this.#notes.catch(() => last?.())
  }

  async #run<Answer>(record: StepRecord, work: () => Promise<Answer>): Promise<Answer> {
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

  #note(step: StepName, direction?: Direction): Promise<unknown> {
    const note = { step, history: structuredClone(this.#records), ...(direction ? { direction } : {}) }
    const write = () => updateRelocation(this.#home, this.#id, note)
    this.#last = write
    this.#notes = this.#notes.catch(() => {}).then(write)
    return this.#notes
  }

  /** The steps with their times as they are now. */
  async close(): Promise<void> {
    await this.#notes.catch(() => {})
    await updateRelocation(this.#home, this.#id, { history: this.#records })
  }
}

/** Stops before a step until it is let go or interrupted. */
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

  /** Lets it go on; answers whether it stood still. */
  release(): boolean {
    this.#isOver = true
    this.#release?.()
    return this.#release !== undefined
  }
}
