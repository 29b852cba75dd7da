import type { SetupContext } from '#runtime/module/define.ts'
import { createPasswords, type Passwords } from './passwords.ts'

export interface Services {
  passwords: Passwords
  /** The shop's host name, its parts and `pando`, which are too obvious for a password. */
  shopWords: string[]
}

export function createServices({ publicUrl }: Pick<SetupContext, 'publicUrl'>): Services {
  const { hostname } = new URL(publicUrl)
  return { passwords: createPasswords(), shopWords: [hostname, ...hostname.split('.'), 'pando'] }
}
