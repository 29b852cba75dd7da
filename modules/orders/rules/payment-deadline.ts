const MINUTE_MS = 60_000

/** How long a checkout waits for the shopper and the provider. */
export const PAYMENT_MS = 15 * MINUTE_MS
/** Longer than PAYMENT_MS, so that a paid order still has its reserved stock. */
export const RESERVATION_MS = 20 * MINUTE_MS

/** The payment deadline of an order that was placed at this time. Both are in RFC 3339. */
export function paymentDueAt(placedAt: string): string {
  return new Date(Date.parse(placedAt) + PAYMENT_MS).toISOString()
}
