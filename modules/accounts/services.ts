import { createPasswords, type Passwords } from './passwords.ts'

export interface Services {
  passwords: Passwords
}

export function createServices(): Services {
  return { passwords: createPasswords() }
}
