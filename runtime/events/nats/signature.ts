import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '../../base/secret.ts'

/** Whoever may use the NATS server can write to it, but only processes with the shop's secret can sign. */
export class Signature {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = deriveKey(secret, 'events/v1')
  }

  /** HMAC-SHA256 over the subject, a line feed and the body, as base64url. */
  of(subject: string, body: Uint8Array | string): string {
    return createHmac('sha256', this.#key).update(`${subject}\n`).update(body).digest('base64url')
  }

  isOf(subject: string, body: Uint8Array, signature: string): boolean {
    const expected = Buffer.from(this.of(subject, body))
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}
