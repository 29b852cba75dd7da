import type { Log } from '../base/log.ts'
import type { Moves } from '../call/call.ts'
import type { HostedModule } from '../call/host.ts'
import { type Moved, readFence } from '../database/fence.ts'

export interface FenceWatchOptions {
  /** The modules of this process. */
  modules: ReadonlyMap<string, HostedModule>
  /** Called with the new location of a module, when its fence says that it has moved. */
  follow: (module: string, moved: Moved) => Promise<void>
  /** Whether the shop has other processes. */
  hasOtherProcesses: () => boolean
  log: Log
}

const POLL_MS = 20
const POLL_AFTER_ERROR_MS = 200
/** The longest delay of a timer in Node.js. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Lets calls that the fence of a module refused wait until the fence is lifted or sealed. They share one poll. */
export class FenceWatch implements Moves {
  readonly #options: FenceWatchOptions
  readonly #watched = new Map<string, { ended: Promise<void>; poll: () => void }>()

  constructor(options: FenceWatchOptions) {
    this.#options = options
  }

  async settled(module: string, deadline: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(deadline - Date.now(), MAX_TIMER_MS))
    })
    await Promise.race([this.#ended(module), timeout])
    clearTimeout(timer)
  }

  get hasOtherProcesses(): boolean {
    return this.#options.hasOtherProcesses()
  }

  async hasMoved(module: HostedModule): Promise<boolean> {
    return (await readFence(module.relaxedSql, module.name)).state === 'moved'
  }

  /** Reads the fence of a module at once, if calls wait for it. */
  pollNow(module: string): void {
    this.#watched.get(module)?.poll()
  }

  #ended(name: string): Promise<void> {
    const watched = this.#watched.get(name)
    if (watched) return watched.ended
    let poll = () => {}
    const ended = this.#watch(
      name,
      (ms) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms)
          poll = () => {
            clearTimeout(timer)
            resolve()
          }
        }),
    ).finally(() => this.#watched.delete(name))
    this.#watched.set(name, { ended, poll: () => poll() })
    return ended
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
        await pause(POLL_MS)
      } catch (error) {
        log.warn({ module: name, error: String(error) }, 'cannot read the fence of a moving module')
        await pause(POLL_AFTER_ERROR_MS)
      }
    }
  }
}
