import type { SharedTransaction } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { EntryWriterOptions } from './entry-writer.ts'
import type { Sharing } from './segments.ts'

export interface EngineOptions {
  dispatcher: Dispatcher
  /**
   * Identifies this process in the journal. It is the same after a restart, so that the process resumes its workflows.
   */
  process: string
  /** Whether this process has the tables of two modules in the same database. */
  sharesDatabase: (a: string, b: string) => boolean
  /** Gives a shared transaction the rights of one module, when roles are enforced. */
  enter: ((shared: SharedTransaction, module: string) => Promise<void>) | undefined
  now: () => Date
}

/** The members of the engine that a `Run` uses. */
export interface RunEngine {
  readonly options: EngineOptions
  /** Identifies this process in the journal, until it ends. */
  readonly runner: string
  readonly sharing: Sharing
  /** Records that this process stopped running a workflow, although the journal may name it as the runner. */
  abandon(owner: HostedModule, id: string): void
}

export interface RunOptions extends EntryWriterOptions {
  traceId: string
}
