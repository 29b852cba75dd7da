const MINUTE_MS = 60_000

/** How long a shopper may take at the provider, and a provider for its answer. */
export const PAYMENT_MS = 15 * MINUTE_MS
/** The goods are kept longer than anybody waits for the payment, so that who has paid gets them. */
export const RESERVATION_MS = 20 * MINUTE_MS

/** By when an order that was placed at this time has to be paid: RFC 3339. */
export function paymentDueAt(placedAt: string): string {
  return new Date(Date.parse(placedAt) + PAYMENT_MS).toISOString()
}
