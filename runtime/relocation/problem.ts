/** A reason why a relocation cannot start. */
export interface Problem {
  what: string
  /** What the operator has to do. */
  remedy: string
}
