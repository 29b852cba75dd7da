import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '../../base/secret.ts'

/**
 * Signs events and checks signatures. Any user of a NATS server can publish, but only the shop's processes can sign.
 */
export class Signature {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = deriveKey(secret, 'events/v1')
  }

  /** The signature: HMAC-SHA256 over the subject, a line feed and the body, as base64url. */
  of(subject: string, body: Uint8Array | string): string {
    return createHmac('sha256', this.#key).update(`${subject}\n`).update(body).digest('base64url')
  }

  /** Whether a signature is valid for the subject and the body. */
  isValid(subject: string, body: Uint8Array, signature: string): boolean {
    const expected = Buffer.from(this.of(subject, body))
    const actual = Buffer.from(signature)
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  }
}
