import type { SharedTransaction } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { EntryWriterOptions } from './entry-writer.ts'
import type { Sharing } from './segments.ts'

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

/** What one run needs of the engine that started it. */
export interface Runner {
  readonly options: EngineOptions
  /** Names this life of this process in the journal. */
  readonly runner: string
  readonly sharing: Sharing
  /** Records that this process stopped running an entry, although the journal may name it as its runner. */
  abandon(owner: HostedModule, id: string): void
}

export interface RunOptions extends EntryWriterOptions {
  traceId: string
}
