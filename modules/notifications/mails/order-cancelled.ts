import type { Order } from '#modules/orders/contract.ts'
import { html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { orderTable, orderText } from './order-summary.ts'
import { button, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Tells that an order will not be sent, why, and what becomes of the money. `link` opens the order. */
export function orderCancelledMail(order: Order, link: string): Mail {
  const heading = `Order ${order.number} is cancelled`
  const nothing = whyNot(order) + handoverTexts(order.shippingOption).cancelled
  const total = formatMoney(order.totals.total)
  const intro =
    order.payment.status === 'refunded'
      ? `${nothing}. We are refunding ${total} to your original payment method; with some banks that takes a few days.`
      : `${nothing}, and you have not been charged.`
  return writeMail({
    subject: heading,
    paragraphs: [heading, intro, ...orderText(order), `See the order:\n${link}`],
    body: html`${title(heading)}
${paragraph(intro)}
${orderTable(order)}
${button(link, 'See the order')}`,
  })
}

/** Who has cancelled a paid order knows why; one that was not paid in time has ended by itself. */
function whyNot({ payment, history }: Order): string {
  const wasPaid = history.some(({ status }) => status === 'confirmed')
  return wasPaid || payment.reason === null ? '' : `${isolateBidi(payment.reason)}. `
}
