import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey } from '../call/idempotency.ts'
import type { Sql } from '../database/pool.ts'
import { insertEntry, type JournalEntry, updateEntry } from './journal.ts'

export interface EntryWriterOptions {
  key: IdempotencyKey | undefined
  /** Whether the journal has the entry already. */
  isStored: boolean
  /** Is called when the entry has been inserted into the journal. */
  onStored?: () => void
}

/** Writes the states of one journal entry in order. Throws LostEntry when another runner has taken the entry over. */
export class EntryWriter {
  readonly #owner: HostedModule
  readonly #runner: string
  readonly #key: IdempotencyKey | undefined
  readonly #onStored: (() => void) | undefined
  #isStored: boolean
  #pendingWrite: Promise<void> = Promise.resolve()

  constructor(owner: HostedModule, runner: string, { key, isStored, onStored }: EntryWriterOptions) {
    this.#owner = owner
    this.#runner = runner
    this.#key = key
    this.#isStored = isStored
    this.#onStored = onStored
  }

  get isStored(): boolean {
    return this.#isStored
  }

  /** Resolves when the last `writeLater()` has ended, with or without success. Never rejects. */
  get written(): Promise<void> {
    return this.#pendingWrite
  }

  /** Call it when the transaction of a `write()` has committed. */
  committed(): void {
    this.#isStored = true
    this.#onStored?.()
  }

  /** Inserts the entry into the journal. */
  async insert(entry: JournalEntry): Promise<void> {
    await insertEntry(this.#owner.sql, this.#owner.name, entry, this.#key, this.#runner)
    this.committed()
  }

  /**
   * Updates the entry without waiting for the database or its disk. If the update is lost, the last step is called
   * again, which has no further effect. If another runner has taken the entry over, the next write reports it.
   */
  writeLater(entry: JournalEntry, onError: () => void = () => {}): void {
    const copy = { ...entry }
    this.#pendingWrite = this.#pendingWrite
      .then(() => updateEntry(this.#owner.relaxedSql, this.#owner.name, copy, this.#runner))
      .catch(onError)
  }

  /** Updates the entry durably. */
  async update(entry: JournalEntry): Promise<void> {
    await this.#pendingWrite
    await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#runner)
  }

  /** Writes the entry in a transaction that may still fail. */
  async write(sql: Sql, entry: JournalEntry): Promise<void> {
    await this.#pendingWrite
    if (this.#isStored) await updateEntry(sql, this.#owner.name, entry, this.#runner)
    else await insertEntry(sql, this.#owner.name, entry, this.#key, this.#runner)
  }
}
