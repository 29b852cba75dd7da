import { createHmac } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { createGate } from './rules/gate.ts'
import { readPasswordSalt } from './store/password-salt.ts'

/** Argon2id as OWASP's Password Storage Cheat Sheet recommends it (2025): 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

/** Hashes passwords; one hash takes 20 to 60 ms of a core and 19 MiB. */
export interface Passwords {
  /**
   * Hashes a password of an account with this address (as `emailKey` gives it), in PHC string format. The same
   * password and address have the same hash, so that one hash finds the account among all with the address
   * (docs/decisions/0004). Fails with UNAVAILABLE when too many wait for their hash already.
   */
  hash(sql: Sql, password: string, address: string): Promise<string>
}

export function createPasswords(): Passwords {
  // Two at once: a rush of log-ins then takes 38 MiB, and leaves the cores time for those who shop.
  const gate = createGate({
    atOnce: 2,
    waiting: 50,
    full: () =>
      runtimeFailure('UNAVAILABLE', 'Cannot check passwords now: too many are being checked. Try again', {
        retryAfterSeconds: 2,
      }),
  })
  let shopSalt: Promise<Buffer> | undefined

  function readSaltOnce(sql: Sql): Promise<Buffer> {
    shopSalt ??= readPasswordSalt(sql).catch((error: unknown) => {
      shopSalt = undefined
      throw error
    })
    return shopSalt
  }

  return {
    async hash(sql, password, address) {
      const salt = createHmac('sha256', await readSaltOnce(sql))
        .update(address)
        .digest()
        .subarray(0, 16)
      // NIST SP 800-63B: one form for what looks the same, whatever keyboard it was typed on
      const normalised = password.normalize('NFKC')
      return gate.run(() => hash(normalised, { ...ARGON2ID, salt }))
    },
  }
}
