import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import { type Replica, START_ATTEMPTS } from './replica.ts'

export interface AnnouncerOptions {
  /** Tells a running replica where the modules are. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  log: Log
}

const TELL_AGAIN_MS = 500
const TELL_SURELY_MS = 20

/** Tells replicas where the modules are: `placement` answers it, as it is at the moment. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #placement: () => PlacementState

  constructor(options: AnnouncerOptions, placement: () => PlacementState) {
    this.#options = options
    this.#placement = placement
  }

  /**
   * Answers, when it has been tried once, whether it knows. One that does not answer is tried again in the
   * background.
   */
  async tell(replica: Replica): Promise<boolean> {
    const { version } = this.#placement()
    try {
      await this.#announce(replica)
      return true
    } catch (error) {
      this.#options.log.warn(
        { replica: replica.name, error: String(error) },
        'process cannot be told of a change now, it is told again',
      )
      setTimeout(() => {
        // When it was ready anew, or there was another change, it has been told meanwhile.
        if (replica.state === 'ready' && version === this.#placement().version) void this.tell(replica)
      }, TELL_AGAIN_MS).unref()
      return false
    }
  }

  /** The same for several; answers those that do not know it yet. */
  async tellAll(replicas: readonly Replica[]): Promise<{ replica: string; pid: number | undefined }[]> {
    const told = await Promise.all(replicas.map((replica) => this.tell(replica)))
    return replicas.filter((_, index) => !told[index]).map(({ name, pid }) => ({ replica: name, pid }))
  }

  /** Resolves when it knows, as often as it takes: it may be starting again. Throws when it is not `wanted` any more. */
  async tellSurely(replica: Replica, isWanted: () => boolean): Promise<void> {
    for (;;) {
      try {
        await replica.ready(replica.restarts + START_ATTEMPTS)
        return await this.#announce(replica)
      } catch (error) {
        if (!isWanted()) throw error
        this.#options.log.warn(
          { replica: replica.name, error: String(error) },
          'process cannot be told that it has modules now, it is told again',
        )
        await pause(TELL_SURELY_MS)
      }
    }
  }

  #announce(replica: Replica): Promise<void> {
    return this.#options.announce(replica.plan.origin, this.#placement())
  }
}
