import { createHmac } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { createLimiter } from './rules/limiter.ts'
import { readPasswordSalt } from './store/password-salt.ts'

/** Argon2id parameters of OWASP's Password Storage Cheat Sheet (2025): 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

/** Hashes passwords. One hash takes 20 to 60 ms of CPU time and 19 MiB. */
export interface Passwords {
  /**
   * Hashes the password of an account, in PHC string format. The same password with the same `emailKey` always has the
   * same hash, so that one hash finds the account among all with this email address (docs/decisions/0004). Fails with
   * UNAVAILABLE when 50 calls wait for their hash already.
   */
  hash(sql: Sql, password: string, emailKey: string): Promise<string>
}

export function createPasswords(): Passwords {
  // Two in parallel: a burst of log-ins then takes 38 MiB, and leaves CPU time for other requests.
  const limiter = createLimiter({
    maxRunning: 2,
    maxQueued: 50,
    queueFull: () =>
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
    async hash(sql, password, emailKey) {
      const salt = createHmac('sha256', await readSaltOnce(sql))
        .update(emailKey)
        .digest()
        .subarray(0, 16)
      // NIST SP 800-63B: the same character can have several Unicode forms, depending on the keyboard
      const normalised = password.normalize('NFKC')
      return limiter.run(() => hash(normalised, { ...ARGON2ID, salt }))
    },
  }
}
