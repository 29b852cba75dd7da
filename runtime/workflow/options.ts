import type { SharedTransaction } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'

export interface EngineOptions {
  dispatcher: Dispatcher
  /** Names this process in the journal: the same after a restart, so that it takes up at once what it was doing. */
  runner: string
  /** Whether two modules have tables in one database, reached from this process. */
  sharesDatabase: (a: string, b: string) => boolean
  /** Gives a shared transaction the rights of one module, where roles are enforced. */
  enter: ((shared: SharedTransaction, module: string) => Promise<void>) | undefined
  now: () => Date
}
