import type { Order } from '../contract.ts'

/** The entry of an order's history about its money, whichever way the order ended. */
export function paymentNote(status: Order['payment']['status'], at: Date): Order['history'][number] {
  return { status: 'cancelled', at: at.toISOString(), note: `payment ${status}` }
}
