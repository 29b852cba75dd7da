import type { Order } from '#modules/orders/contract.ts'
import { html } from '#runtime/http/html.ts'
import { orderLink } from '../rules/links.ts'
import { orderDelivery, orderDeliveryText, orderTable, orderText } from './order-summary.ts'
import { button, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Tells that the carrier has the parcel. */
export function orderFulfilledMail(order: Order, publicUrl: string): Mail {
  const heading = `Order ${order.number} is on its way`
  const intro = 'We have handed your parcel to the carrier.'
  const link = orderLink(publicUrl, order.id)
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
