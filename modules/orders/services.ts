import type { SetupContext } from '#runtime/module/define.ts'

export interface Services {
  /** Signs the order keys in the links of emails. */
  orderKeySecret: Buffer
  /** The base URL of the shop's pages, without a slash at the end. */
  publicUrl: string
  /** The most pieces that unpaid orders of one customer or network may reserve. */
  maxUnpaidPieces: number
}

export function createServices({ deriveKey, settings, publicUrl }: SetupContext): Services {
  return {
    orderKeySecret: deriveKey('keys to orders'),
    publicUrl,
    maxUnpaidPieces: Number(settings.PANDO_MAX_UNPAID_PIECES),
  }
}
