import type { Order } from '#modules/orders/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'

/** The status of an order as a short text. */
export function orderStatus({ status, shippingOption }: Pick<Order, 'status' | 'shippingOption'>): Html {
  const { preparing, done } = handoverTexts(shippingOption)
  const text = {
    pending: 'Waiting for payment',
    confirmed: preparing,
    fulfilled: done,
    cancelled: 'Cancelled',
  }[status]
  return html`<span class="status status-${status}">${text}</span>`
}
