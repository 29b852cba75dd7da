import type { Order } from '#modules/orders/contract.ts'
import { html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { orderDelivery, orderDeliveryText, orderTable, orderText } from './order-summary.ts'
import { button, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** The order confirmation, with lines, totals and delivery. `link` opens the order. */
export function orderConfirmedMail(order: Order, link: string): Mail {
  const heading = 'Thank you for your order'
  const state = order.totals.total.amount === 0 ? 'is placed' : 'is paid'
  const intro = `Your order ${order.number} ${state}, and we are getting it ready. ${handoverTexts(order.shippingOption).nextMail}`
  return writeMail({
    subject: `Your order ${order.number}`,
    paragraphs: [
      heading,
      intro,
      ...orderText(order),
      ...orderDeliveryText(order),
      `See your order:\n${link}`,
    ],
    body: html`${title(heading)}
${paragraph(intro)}
${orderTable(order)}
${orderDelivery(order)}
${button(link, 'See your order')}`,
  })
}
