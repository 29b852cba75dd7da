import { formatCount, type OutboxState, STUCK_MS } from './undelivered-events.ts'

const REFRESH_MS = 5000

/** Caches the state of a process's outboxes for some seconds, so that readiness checks do not wait for the database. */
export class OutboxWatch {
  readonly #read: () => Promise<readonly (OutboxState & { module: string })[]>
  #states: readonly (OutboxState & { module: string })[] = []
  #readAt = Number.NEGATIVE_INFINITY

  constructor(read: () => Promise<readonly (OutboxState & { module: string })[]>) {
    this.#read = read
  }

  /**
   * Which events did not reach their consumers at the last read, as text; undefined when all did. Starts a new read if
   * due.
   */
  note(): string | undefined {
    if (performance.now() - this.#readAt > REFRESH_MS) {
      this.#readAt = performance.now()
      // Errors are ignored: the readiness check reports an unreachable database itself.
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

/** Which events of these outboxes do not reach their consumers, as text; undefined when all do. */
export function outboxNote(states: readonly (OutboxState & { module: string })[]): string | undefined {
  const problems = states.flatMap(outboxProblems)
  return problems.length > 0 ? `${problems.join('; ')}. "pando events list" shows them` : undefined
}

function outboxProblems({ module, parked, refused = 0, oldest }: OutboxState & { module: string }): string[] {
  const stuck = oldest && oldest.ms > STUCK_MS ? [`events of ${module} wait for ${seconds(oldest.ms)}`] : []
  const parkedEvents =
    parked > 0 ? [`${formatCount(parked)} ${parked === 1 ? 'event' : 'events'} of ${module} parked`] : []
  const refusedEvents =
    refused > 0
      ? [`${formatCount(refused)} ${refused === 1 ? 'event' : 'events'} of ${module} failed several times`]
      : []
  return [...stuck, ...refusedEvents, ...parkedEvents]
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
