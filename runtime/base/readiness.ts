/** Whether a process can serve now. */
export interface Readiness {
  ready: boolean
  /** Why the process cannot serve. */
  reason?: string
  /** A problem that does not keep the process from serving. */
  note?: string
}
