import type { Order } from '../contract.ts'

/** The history entry about the payment of a cancelled order. */
export function paymentEntry(status: Order['payment']['status'], at: Date): Order['history'][number] {
  return { status: 'cancelled', at: at.toISOString(), note: `payment ${status}` }
}
