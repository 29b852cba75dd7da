import type { Order } from '#modules/orders/contract.ts'
import { html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { orderDelivery, orderDeliveryText, orderTable, orderText } from './order-summary.ts'
import { button, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Reports that the order was shipped, can be picked up or was sent by email. `link` opens the order. */
export function orderFulfilledMail(order: Order, link: string): Mail {
  const { doneSubject, doneText: intro } = handoverTexts(order.shippingOption)
  const heading = `Order ${order.number} ${doneSubject}`
  return writeMail({
    subject: heading,
    paragraphs: [
      heading,
      intro,
      ...orderDeliveryText(order),
      ...orderText(order),
      `See your order:\n${link}`,
    ],
    body: html`${title(heading)}
${paragraph(intro)}
${orderDelivery(order)}
${orderTable(order)}
${button(link, 'See your order')}`,
  })
}
