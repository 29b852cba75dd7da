/** Whether a process can serve now. */
export interface Readiness {
  ready: boolean
  /** Why it cannot serve. */
  reason?: string
  /** A problem that does not keep it from serving. */
  note?: string
}
