import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Replica } from './replica.ts'

export interface AnnouncerOptions {
  /** Sends a placement update to a running replica. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  log: Log
}

const RESEND_MS = 500
/** Short, because a move waits for this replica. */
const RETRY_MS = 20

/** Sends placement updates to replicas. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #placement: () => PlacementState

  /** `placement` returns the present placement. */
  constructor(options: AnnouncerOptions, placement: () => PlacementState) {
    this.#options = options
    this.#placement = placement
  }

  /** Sends the placement to a replica. Returns false when it does not answer, and resends it in the background. */
  async announce(replica: Replica): Promise<boolean> {
    const { version } = this.#placement()
    try {
      await this.#announce(replica)
      return true
    } catch (error) {
      this.#options.log.warn(
        { replica: replica.name, error: String(error) },
        'a placement update did not reach a process, sending it again',
      )
      setTimeout(() => {
        // After a restart or a later change, another update has been sent.
        if (replica.state === 'ready' && version === this.#placement().version) void this.announce(replica)
      }, RESEND_MS).unref()
      return false
    }
  }

  /** Sends the placement to several replicas, and returns those that do not answer. */
  async announceToAll(replicas: readonly Replica[]): Promise<{ replica: string; pid: number | undefined }[]> {
    const announced = await Promise.all(replicas.map((replica) => this.announce(replica)))
    return replicas.filter((_, index) => !announced[index]).map(({ name, pid }) => ({ replica: name, pid }))
  }

  /**
   * Sends the placement until the replica has received it; the replica may be restarting. Throws the last error once
   * `isWanted` returns false.
   */
  async announceUntilReceived(replica: Replica, isWanted: () => boolean): Promise<void> {
    for (;;) {
      try {
        await replica.ready()
        return await this.#announce(replica)
      } catch (error) {
        if (!isWanted()) throw error
        this.#options.log.warn(
          { replica: replica.name, error: String(error) },
          'a placement update did not reach a process that gets modules, sending it again',
        )
        await pause(RETRY_MS)
      }
    }
  }

  #announce(replica: Replica): Promise<void> {
    return this.#options.announce(replica.plan.origin, this.#placement())
  }
}
