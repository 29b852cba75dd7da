import type { Order } from '#modules/orders/contract.ts'
import { type Html, html } from '#runtime/http/html.ts'
import { handoverWords } from '#shared/handover-words.ts'

const TEXT_OF_STATUS: Record<Exclude<Order['status'], 'fulfilled'>, string> = {
  pending: 'Waiting for payment',
  confirmed: 'Being packed',
  cancelled: 'Cancelled',
}

/** An order's status in one word or two. */
export function orderStatus({ status, shippingOption }: Pick<Order, 'status' | 'shippingOption'>): Html {
  const text = status === 'fulfilled' ? handoverWords(shippingOption).done : TEXT_OF_STATUS[status]
  return html`<span class="status status-${status}">${text}</span>`
}
