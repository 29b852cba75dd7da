import { countOf } from '#shared/text.ts'
import { runtimeFailure } from '../contract/failure.ts'

/**
 * The limits of a key's length. 20 characters of base64url have 120 random bits; a UUID has 36 characters, a ULID 26.
 */
export const KEY_LENGTH = { min: 20, max: 255 } as const

/**
 * Reads the `Idempotency-Key` of a request; undefined without one. Throws INVALID_INPUT for a key that is too short to
 * be random: a counter that restarts would get the answer to an older request.
 */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const problem = typeof header === 'string' ? keyProblem(header) : 'there is more than one'
  if (problem === undefined) return header as string
  throw runtimeFailure(
    'INVALID_INPUT',
    `Cannot use this Idempotency-Key: ${problem}. Send a new random value for each new request, such as a UUID`,
  )
}

function keyProblem(key: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(key)) return 'it has characters that are not printable ASCII'
  const length = countOf(key.length, 'character')
  if (key.length < KEY_LENGTH.min) return `it has ${length}, at least ${KEY_LENGTH.min} are needed`
  if (key.length > KEY_LENGTH.max) return `it has ${length}, at most ${KEY_LENGTH.max} are allowed`
  return undefined
}
