import type { SetupContext } from '#runtime/module/define.ts'
import { createPasswords, type Passwords } from './passwords.ts'

export interface Services {
  passwords: Passwords
  /** Words of the shop's own address: no secret to anybody who sees the log-in. */
  shopWords: string[]
}

export function createServices({ publicUrl }: Pick<SetupContext, 'publicUrl'>): Services {
  const { hostname } = new URL(publicUrl)
  return { passwords: createPasswords(), shopWords: [hostname, ...hostname.split('.'), 'pando'] }
}
