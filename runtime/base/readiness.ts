/** Whether a process can serve now. */
export interface Readiness {
  ready: boolean
  /** Why it cannot. */
  reason?: string
  /** What is not as it should be, though it can. */
  note?: string
}
