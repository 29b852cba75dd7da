/** The result of one check of `pando doctor`. */
export interface Finding {
  /** `note`: the shop can run, but the operator should know this. */
  state: 'ok' | 'note' | 'wrong'
  /** What was checked: a name such as `port`, or that of a setting. */
  about: string
  text: string
  /** How to fix it. */
  remedy?: string
}
