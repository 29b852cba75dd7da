import type { Binaries } from './binaries.ts'
import type { Identity } from './program.ts'

/** One PostgreSQL server: its data directory, and the programs and the user that run it. */
export interface Instance {
  /** PostgreSQL's data directory; its path has no symbolic links. */
  dataDirectory: string
  /** Whether the data directory had a cluster before this start. */
  existed: boolean
  identity: Identity
  binaries: Binaries
}

/** An operating-system user, identified by its ids. */
export interface User {
  uid: number
  gid: number
}
