/** What kind of version step a change takes: `major` breaks somebody, `minor` adds something, `patch` is a note. */
export type Step = 'major' | 'minor' | 'patch'

/** One difference between a contract and its last release. */
export interface ContractChange {
  step: Step
  /** `module.method`, `module.event`, or the module. */
  subject: string
  /** JSON Pointer into the contract as JSON; into the released one for what is gone. */
  at: string
  what: string
  /** Whom it breaks and why, or what it means for whom. */
  why: string
  /** What to do about it. */
  remedy: string
}
