import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey } from '../call/idempotency.ts'
import type { Sql } from '../database/pool.ts'
import { insertEntry, type JournalEntry, updateEntry } from './journal.ts'

export interface EntryWriterOptions {
  key: IdempotencyKey | undefined
  /** Whether the journal has it already. */
  stored: boolean
  /** Called when the journal has it. */
  onStored?: () => void
}

/** Writes one entry of a journal, each time after what it has written before. Throws LostEntry when it is somebody else's. */
export class EntryWriter {
  readonly #owner: HostedModule
  readonly #runner: string
  readonly #key: IdempotencyKey | undefined
  readonly #onStored: (() => void) | undefined
  #stored: boolean
  #noted: Promise<void> = Promise.resolve()

  constructor(owner: HostedModule, runner: string, { key, stored, onStored }: EntryWriterOptions) {
    this.#owner = owner
    this.#runner = runner
    this.#key = key
    this.#stored = stored
    this.#onStored = onStored
  }

  get stored(): boolean {
    return this.#stored
  }

  /** Settles, never with an error, when what was last noted is written, or will not be. */
  get noted(): Promise<void> {
    return this.#noted
  }

  /** What was written in a transaction is there for good. */
  committed(): void {
    this.#stored = true
    this.#onStored?.()
  }

  /** Puts it into the journal, which does not have it. */
  async insert(entry: JournalEntry): Promise<void> {
    await insertEntry(this.#owner.sql, this.#owner.name, entry, this.#key, this.#runner)
    this.committed()
  }

  /**
   * Writes how far it is, without a wait for the disk or for the answer: should it get lost, the last step is called
   * again, and bears it. What is written next tells when the entry is somebody else's.
   */
  note(entry: JournalEntry, failed: () => void = () => {}): void {
    const now = { ...entry }
    this.#noted = this.#noted
      .then(() => updateEntry(this.#owner.relaxedSql, this.#owner.name, now, this.#runner))
      .catch(failed)
  }

  /** Writes it, and waits for the disk. */
  async update(entry: JournalEntry): Promise<void> {
    await this.#noted
    await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#runner)
  }

  /** Writes it in a transaction, which may fail yet. */
  async write(sql: Sql, entry: JournalEntry): Promise<void> {
    await this.#noted
    if (this.#stored) await updateEntry(sql, this.#owner.name, entry, this.#runner)
    else await insertEntry(sql, this.#owner.name, entry, this.#key, this.#runner)
  }
}
