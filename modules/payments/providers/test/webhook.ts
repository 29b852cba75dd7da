import { createHmac, timingSafeEqual } from 'node:crypto'

/** The header that carries the signature: `t=<seconds since 1970>,v1=<hex HMAC-SHA256 over "t.body">`. */
export const signatureHeader = 'pando-test-signature'

const TOLERANCE_SECONDS = 5 * 60
const SEND_TIMEOUT_MS = 5000

/** Signs a message together with the time, so that old messages cannot be replayed. */
export function signWebhook(body: string, key: Buffer, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  return `t=${seconds},v1=${digest(body, key, seconds)}`
}

/** Whether the message was signed with this key within five minutes of `now`, in either direction: clocks differ. */
export function isSignedWebhook(
  body: string,
  signature: string | undefined,
  key: Buffer,
  now: Date,
): boolean {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? '')
  if (!parts) return false
  const seconds = Number(parts[1])
  const expected = Buffer.from(digest(body, key, seconds), 'hex')
  if (!timingSafeEqual(expected, Buffer.from(parts[2]!, 'hex'))) return false
  return Math.abs(now.getTime() / 1000 - seconds) <= TOLERANCE_SECONDS
}

/** Sends a signed message to the shop. Returns whether the shop accepted it. Never throws. */
export async function sendWebhook(url: string, message: object, key: Buffer, now: Date): Promise<boolean> {
  const body = JSON.stringify(message)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [signatureHeader]: signWebhook(body, key, now) },
      body,
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

function digest(body: string, key: Buffer, seconds: number): string {
  return createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
}
