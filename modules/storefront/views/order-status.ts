import type { Order } from '#modules/orders/contract.ts'
import { type Html, html } from '#runtime/http/html.ts'

const TEXT_OF_STATUS: Record<Order['status'], string> = {
  pending: 'Waiting for payment',
  confirmed: 'Being packed',
  fulfilled: 'Shipped',
  cancelled: 'Cancelled',
}

/** An order's status in one word or two. */
export function orderStatus(status: Order['status']): Html {
  return html`<span class="status status-${status}">${TEXT_OF_STATUS[status]}</span>`
}
