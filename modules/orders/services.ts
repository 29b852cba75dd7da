import type { SetupContext } from '#runtime/module/define.ts'

export interface Services {
  /** Signs the keys in the links of mails. */
  orderKeySecret: Buffer
}

export function createServices({ deriveKey }: SetupContext): Services {
  return { orderKeySecret: deriveKey('keys to orders') }
}
