import type { Binaries } from './binaries.ts'
import type { Identity } from './program.ts'

/** Where a cluster lies, and which programs serve it as whom */
export interface Place {
  /** PostgreSQL's data directory, without links in its path */
  dataDirectory: string
  /** Whether there was a cluster when this process came */
  exists: boolean
  identity: Identity
  binaries: Binaries
}

/** A user of the system, by number */
export interface User {
  uid: number
  gid: number
}
