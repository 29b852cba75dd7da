import type { Log } from '../base/log.ts'
import type { Moves } from '../call/call.ts'
import type { HostedModule } from '../call/host.ts'
import { type Moved, readFence } from '../database/fence.ts'

export interface FenceWatchOptions {
  /** The modules of this process. */
  modules: ReadonlyMap<string, HostedModule>
  /** Learns that a module is elsewhere, when no announcement has reached this process. */
  follow: (module: string, moved: Moved) => Promise<void>
  /** Whether this process knows others. */
  hasOtherProcesses: () => boolean
  log: Log
}

const LOOK_MS = 20
const LOOK_AGAIN_AFTER_ERROR_MS = 200

/** Whoever met the fence of a module waits here for what becomes of it; however many wait, one looks. */
export class FenceWatch implements Moves {
  readonly #options: FenceWatchOptions
  readonly #watched = new Map<string, { over: Promise<void>; look: () => void }>()

  constructor(options: FenceWatchOptions) {
    this.#options = options
  }

  async settled(module: string, deadline: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(deadline - Date.now(), 2 ** 31 - 1))
    })
    await Promise.race([this.#over(module), patience])
    clearTimeout(timer)
  }

  get hasOtherProcesses(): boolean {
    return this.#options.hasOtherProcesses()
  }

  async hasMoved(module: HostedModule): Promise<boolean> {
    return (await readFence(module.relaxedSql, module.name)).state === 'moved'
  }

  /** Those who wait need not wait for the next look: the module has left this process. */
  left(module: string): void {
    this.#watched.get(module)?.look()
  }

  #over(name: string): Promise<void> {
    const watched = this.#watched.get(name)
    if (watched) return watched.over
    let look = () => {}
    const over = this.#watch(
      name,
      (ms) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms)
          look = () => {
            clearTimeout(timer)
            resolve()
          }
        }),
    ).finally(() => this.#watched.delete(name))
    this.#watched.set(name, { over, look: () => look() })
    return over
  }

  async #watch(name: string, pause: (ms: number) => Promise<void>): Promise<void> {
    const { modules, follow, log } = this.#options
    for (;;) {
      const module = modules.get(name)
      if (!module) return
      try {
        const fence = await readFence(module.relaxedSql, name)
        if (fence.state === 'open') return
        if (fence.state === 'moved') return await follow(name, fence)
        await pause(LOOK_MS)
      } catch (error) {
        log.warn({ module: name, error: String(error) }, 'the fence of a moving module cannot be read now')
        await pause(LOOK_AGAIN_AFTER_ERROR_MS)
      }
    }
  }
}
