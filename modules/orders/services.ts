import type { SetupContext } from '#runtime/module/define.ts'

export interface Services {
  /** Signs the order keys in the links of emails: 32 bytes. */
  orderKeySecret: Buffer
  /** The base URL of the shop's pages, without a slash at the end. */
  publicUrl: string
  /**
   * How many pieces the unpaid orders of one customer or network may reserve at most. A line with a quantity of 3 has 3
   * pieces.
   */
  maxUnpaidPieces: number
}

export function createServices({ deriveKey, settings, publicUrl }: SetupContext): Services {
  return {
    orderKeySecret: deriveKey('keys to orders'),
    publicUrl,
    maxUnpaidPieces: Number(settings.PANDO_MAX_UNPAID_PIECES),
  }
}
