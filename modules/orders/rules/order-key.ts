import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a key opens its order. Each mail about an order brings a new one. */
export const ORDER_KEY_DAYS = 90

const DAY_MS = 86_400_000
/** How long the address opens its order that the payment provider sends its buyer back to. */
const RETURN_KEY_MS = DAY_MS

/**
 * The key in the link of a mail: it opens one guest's order until `expiresAt`, as the token of its cart does. It holds
 * its own end and a MAC over order and end, so nothing of it is stored, and only letters and digits, as cookies and
 * headers take them.
 */
export function orderKey(secret: Buffer, orderId: string, expiresAt: Date): string {
  const end = Math.floor(expiresAt.getTime() / 1000).toString(36)
  return `okey_${end}_${macOf(secret, orderId, end)}`
}

/** When a key that is issued now ends. */
export function orderKeyEnd(now: Date): Date {
  return new Date(now.getTime() + ORDER_KEY_DAYS * DAY_MS)
}

/** When the key ends that a payment provider gets now, for who comes back from there in another browser. */
export function returnKeyEnd(now: Date): Date {
  return new Date(now.getTime() + RETURN_KEY_MS)
}

/** Whether `key` opens this order at this time. */
export function opensOrder(secret: Buffer, orderId: string, key: string, now: Date): boolean {
  const [, end, mac] = /^okey_([0-9a-z]{1,10})_([0-9a-f]{64})$/.exec(key) ?? []
  if (end === undefined || mac === undefined) return false
  const isGenuine = timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, orderId, end)))
  return isGenuine && now.getTime() < Number.parseInt(end, 36) * 1000
}

function macOf(secret: Buffer, orderId: string, end: string): string {
  return createHmac('sha256', secret).update(`${orderId}\n${end}`).digest('hex')
}
