import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { PlacementState } from '../topology/placement.ts'
import { type Replica, START_ATTEMPTS } from './replica.ts'

export interface AnnouncerOptions {
  /** Tells a running replica where the modules are. */
  announce: (origin: string, placement: PlacementState) => Promise<void>
  log: Log
}

const REPEAT_MS = 500
const RETRY_MS = 20

/** Tells replicas where the modules are: `placement` answers it, as it is at the moment. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #placement: () => PlacementState

  constructor(options: AnnouncerOptions, placement: () => PlacementState) {
    this.#options = options
    this.#placement = placement
  }

  /** Sends the placement to a replica; false when it does not answer, and then it is sent again in the background. */
  async announce(replica: Replica): Promise<boolean> {
    const { version } = this.#placement()
    try {
      await this.#announce(replica)
      return true
    } catch (error) {
      this.#options.log.warn(
        { replica: replica.name, error: String(error) },
        'a placement update did not reach a process; it is sent again',
      )
      setTimeout(() => {
        // A restart, or a later change, has sent a newer one meanwhile.
        if (replica.state === 'ready' && version === this.#placement().version) void this.announce(replica)
      }, REPEAT_MS).unref()
      return false
    }
  }

  /** The same for several; returns those that have not got it yet. */
  async announceToAll(replicas: readonly Replica[]): Promise<{ replica: string; pid: number | undefined }[]> {
    const announced = await Promise.all(replicas.map((replica) => this.announce(replica)))
    return replicas.filter((_, index) => !announced[index]).map(({ name, pid }) => ({ replica: name, pid }))
  }

  /** Sends it until the replica has it, which may be restarting. Throws once `isWanted` says no. */
  async announceSurely(replica: Replica, isWanted: () => boolean): Promise<void> {
    for (;;) {
      try {
        await replica.ready(replica.restarts + START_ATTEMPTS)
        return await this.#announce(replica)
      } catch (error) {
        if (!isWanted()) throw error
        this.#options.log.warn(
          { replica: replica.name, error: String(error) },
          'a placement update that gives a process modules did not reach it; it is sent again',
        )
        await pause(RETRY_MS)
      }
    }
  }

  #announce(replica: Replica): Promise<void> {
    return this.#options.announce(replica.plan.origin, this.#placement())
  }
}
