import type { CartState } from './cart-state.ts'

const HOUR_MS = 3_600_000
const IDLE_MS = 30 * 24 * HOUR_MS

/** When a cart that is created now expires if it is not used. */
export function expiryOfNewCart(now: Date): Date {
  return new Date(now.getTime() + IDLE_MS)
}

/**
 * When a cart with this `expiresAt` that is changed now expires: in 30 days. `expiresAt` stays if it is less than an hour
 * earlier than that, so that most changes do not update the index on the column.
 */
export function expiryAfterUse(expiresAt: Date, now: Date): Date {
  const fresh = expiryOfNewCart(now)
  return fresh.getTime() - expiresAt.getTime() < HOUR_MS ? expiresAt : fresh
}

/** Whether the cart was idle for too long. A cart does not expire in checkout. */
export function isExpired(cart: Pick<CartState, 'status' | 'expiresAt'>, now: Date): boolean {
  return cart.status !== 'frozen' && cart.expiresAt.getTime() <= now.getTime()
}

/** Carts that expired before this time are deleted. Until then their owners get CART_EXPIRED. */
export function deletionThreshold(now: Date): Date {
  return new Date(now.getTime() - 7 * 24 * HOUR_MS)
}
