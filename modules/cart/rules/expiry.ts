import type { CartState } from './cart-state.ts'

const HOUR_MS = 3_600_000
const IDLE_MS = 30 * 24 * HOUR_MS

/** When a cart that is opened now expires, if it is not used. */
export function expiryOfNewCart(now: Date): Date {
  return new Date(now.getTime() + IDLE_MS)
}

/** When a cart that is changed now expires: after 30 idle days, give or take the hour for which the old time is kept. */
export function expiryAfterUse(expiresAt: Date, now: Date): Date {
  const fresh = expiryOfNewCart(now)
  return fresh.getTime() - expiresAt.getTime() < HOUR_MS ? expiresAt : fresh
}

/** Whether the cart was idle for too long. One in checkout waits for the end of that. */
export function isExpired(cart: Pick<CartState, 'status' | 'expiresAt'>, now: Date): boolean {
  return cart.status !== 'frozen' && cart.expiresAt.getTime() <= now.getTime()
}

/** Carts that expired before this are deleted; until then their owners are told that they expired. */
export function deletionThreshold(now: Date): Date {
  return new Date(now.getTime() - 7 * 24 * HOUR_MS)
}
