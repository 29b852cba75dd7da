import { runtimeFailure } from '../contract/failure.ts'

/** Lengths of a key. 20 characters of base64url hold 120 random bits; a UUID has 36 characters, a ULID 26. */
export const KEY_LENGTH = { min: 20, max: 255 } as const

/**
 * Reads the `Idempotency-Key` of a request; undefined without one. Fails with INVALID_INPUT when it is too
 * short to be new by chance: a counter that starts again would get the answer to an older request.
 */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const problem = typeof header === 'string' ? keyProblem(header) : 'there is more than one'
  if (problem === undefined) return header as string
  throw runtimeFailure(
    'INVALID_INPUT',
    `Cannot use this Idempotency-Key: ${problem}. Send a new random text for each new request, such as a UUID`,
  )
}

function keyProblem(key: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(key)) return 'it has characters that are not printable ASCII'
  if (key.length < KEY_LENGTH.min)
    return `it has ${key.length} characters, ${KEY_LENGTH.min} are needed at least`
  if (key.length > KEY_LENGTH.max)
    return `it has ${key.length} characters, ${KEY_LENGTH.max} are allowed at most`
  return undefined
}
