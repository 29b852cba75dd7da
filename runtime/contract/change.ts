/**
 * The version step that a change needs: `major` for a breaking change, `minor` for an addition, `patch` for the rest.
 */
export type Step = 'major' | 'minor' | 'patch'

/** One difference between a contract and its last release. */
export interface ContractChange {
  step: Step
  /** `module.method` or `module.event`; the module's name for a change of `reactsTo`. */
  subject: string
  /** JSON Pointer into the contract as JSON; into the released contract when something was removed. */
  at: string
  /** The change as text for people. */
  what: string
  /** The consequence of the change: which side breaks and why, or why it is compatible. */
  why: string
  /** How to make the change compatible, or how to release it; `NO_REMEDY` for a change that needs neither. */
  remedy: string
}

/** The remedy of a change that may be released as it is. */
export const NO_REMEDY = 'Nothing'
