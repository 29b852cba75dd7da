/** One thing that `pando doctor` has looked at. */
export interface Finding {
  state: 'ok' | 'note' | 'wrong'
  about: string
  text: string
  /** What to do about it. */
  remedy?: string
}
