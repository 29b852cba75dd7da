import type { Binaries } from './binaries.ts'
import type { Identity } from './program.ts'

/** Where a cluster is, and which programs and which user run it. */
export interface Place {
  /** PostgreSQL's data directory; its path has no symbolic links. */
  dataDirectory: string
  /** Whether the cluster existed before this process started. */
  exists: boolean
  identity: Identity
  binaries: Binaries
}

/** An operating-system user, identified by its ids. */
export interface User {
  uid: number
  gid: number
}
