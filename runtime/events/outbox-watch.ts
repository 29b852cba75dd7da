import { type OutboxState, STUCK_MS, showCount } from './undelivered-events.ts'

const LOOK_MS = 5000

/**
 * Knows how the outboxes of a process are, without anybody who asks waiting for the database: some seconds old at most.
 */
export class OutboxWatch {
  readonly #read: () => Promise<readonly (OutboxState & { module: string })[]>
  #states: readonly (OutboxState & { module: string })[] = []
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(read: () => Promise<readonly (OutboxState & { module: string })[]>) {
    this.#read = read
  }

  /** What people should know; nothing while all events get to their consumers. */
  note(): string | undefined {
    if (performance.now() - this.#lookedAt > LOOK_MS) {
      this.#lookedAt = performance.now()
      // Readiness says itself that the database is away.
      this.#read().then(
        (states) => {
          this.#states = states
        },
        () => {},
      )
    }
    return outboxNote(this.#states)
  }
}

/** What people should know of outboxes; nothing while all events get to their consumers. */
export function outboxNote(states: readonly (OutboxState & { module: string })[]): string | undefined {
  const notes = states.flatMap(outboxNotes)
  return notes.length > 0 ? `${notes.join('; ')}. "pando events list" shows them` : undefined
}

/** What is not as it should be with an outbox, in words. */
function outboxNotes({ module, parked, oldest }: OutboxState & { module: string }): string[] {
  const stuck = oldest && oldest.ms > STUCK_MS ? [`events of ${module} wait for ${seconds(oldest.ms)}`] : []
  const kept =
    parked > 0 ? [`${showCount(parked)} ${parked === 1 ? 'event' : 'events'} of ${module} parked`] : []
  return [...stuck, ...kept]
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
