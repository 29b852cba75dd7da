/** What keeps a relocation from starting. */
export interface Problem {
  what: string
  /** What to do about it. */
  remedy: string
}
