import type { SetupContext } from '#runtime/module/define.ts'

export interface Services {
  /** Signs the keys in the links of mails. */
  orderKeySecret: Buffer
  /** Without a slash at the end. */
  publicUrl: string
  /** Pieces that unpaid orders of one customer or network may set aside. */
  maxUnpaidPieces: number
}

export function createServices({ deriveKey, settings, publicUrl }: SetupContext): Services {
  return {
    orderKeySecret: deriveKey('keys to orders'),
    publicUrl,
    maxUnpaidPieces: Number(settings.PANDO_MAX_UNPAID_PIECES),
  }
}
