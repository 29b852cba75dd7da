/** The result of one check of `pando doctor`. */
export interface Finding {
  state: 'ok' | 'note' | 'wrong'
  about: string
  text: string
  /** How to fix it. */
  remedy?: string
}
