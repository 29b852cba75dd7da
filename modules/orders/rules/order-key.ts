import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a key opens its order. Each email about an order contains a new key. */
export const ORDER_KEY_DAYS = 90

const DAY_MS = 86_400_000
/** How long the key in the payment provider's return URL opens its order. */
const RETURN_KEY_MS = DAY_MS

/**
 * Makes the key for the link in an email. It opens one guest's order until `expiresAt`, like the token of its cart. It
 * contains its expiry and a MAC over order and expiry, so nothing is stored. Its characters are valid in cookies and
 * headers.
 */
export function orderKey(secret: Buffer, orderId: string, expiresAt: Date): string {
  const endSeconds = Math.floor(expiresAt.getTime() / 1000).toString(36)
  return `okey_${endSeconds}_${macOf(secret, orderId, endSeconds)}`
}

/** The expiry of a key for an email. */
export function orderKeyEnd(now: Date): Date {
  return new Date(now.getTime() + ORDER_KEY_DAYS * DAY_MS)
}

/** The expiry of a key for a return URL, for shoppers who return from the provider in another browser. */
export function returnKeyEnd(now: Date): Date {
  return new Date(now.getTime() + RETURN_KEY_MS)
}

/** Whether `key` is valid for this order at this time. */
export function opensOrder(secret: Buffer, orderId: string, key: string, now: Date): boolean {
  const [, end, mac] = /^okey_([0-9a-z]{1,10})_([0-9a-f]{64})$/.exec(key) ?? []
  if (end === undefined || mac === undefined) return false
  const isGenuine = timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, orderId, end)))
  return isGenuine && now.getTime() < Number.parseInt(end, 36) * 1000
}

function macOf(secret: Buffer, orderId: string, end: string): string {
  return createHmac('sha256', secret).update(`${orderId}\n${end}`).digest('hex')
}
