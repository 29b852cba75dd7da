import { randomFillSync } from 'node:crypto'
import { Type } from 'typebox'

// Crockford's base 32: texts sort like their numbers, and no two letters look alike.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

/**
 * Makes an id such as `ord_01k3x7…`: a prefix for what it identifies, 10 characters of time in milliseconds and 16
 * random characters (80 bits). Ids sort by time and cannot be guessed (layout of the ULID specification). `now` is in
 * milliseconds. Default: the current time.
 */
export function newId(prefix: string, now = Date.now()): string {
  return `${prefix}_${timePart(now)}${randomPart(16)}`
}

/** Makes a secret of `characters` × 5 random bits from the system's generator. Default: 32 characters, 160 bits. */
export function newSecret(prefix: string, characters = 32): string {
  return `${prefix}_${randomPart(characters)}`
}

/** Schema of ids with this prefix. */
export function Id(prefix: string) {
  return Type.String({ pattern: `^${prefix}_[0-9a-z]{1,40}$`, description: `id, ${prefix}_…` })
}

let lastTime = -1
let lastTimePart = ''

function timePart(now: number): string {
  if (now === lastTime) return lastTimePart
  let text = ''
  let rest = now
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[rest % 32]! + text
    rest = Math.floor(rest / 32)
  }
  lastTime = now
  lastTimePart = text
  return text
}

function randomPart(length: number): string {
  if (used + length > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  let text = ''
  for (let i = 0; i < length; i++) text += ALPHABET[pool[used + i]! & 31]
  pool.fill(0, used, used + length)
  used += length
  return text
}
