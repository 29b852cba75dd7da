import type { orders } from '#modules/orders/contract.ts'
import { orderConfirmedMail } from '../mails/order-confirmed.ts'
import type { Reacts } from '../needs.ts'
import { ORDER_CONFIRMED } from '../rules/kinds.ts'
import { orderLink } from '../rules/links.ts'
import { storeMail } from '../store-mail.ts'

export const storeOrderConfirmedMail: Reacts<typeof orders.events.orderConfirmed> = async (
  { orderId, order },
  context,
) => {
  const { key } = await context.calls.orders.issueOrderKey({ orderId })
  return storeMail(context, {
    kind: ORDER_CONFIRMED,
    about: orderId,
    recipient: order.contact.email,
    mail: orderConfirmedMail(order, orderLink(context.services.publicUrl, order, key)),
  })
}
