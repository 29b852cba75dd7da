import type { orders } from '#modules/orders/contract.ts'
import { orderCancelledMail } from '../mails/order-cancelled.ts'
import type { Reacts } from '../needs.ts'
import { orderLink } from '../rules/links.ts'
import { storeMail } from '../store-mail.ts'

export const storeOrderCancelledMail: Reacts<typeof orders.events.orderCancelled> = async (
  { orderId, order },
  context,
) => {
  const { key } = await context.calls.orders.issueOrderKey({ orderId })
  return storeMail(context, {
    kind: 'orderCancelled',
    about: orderId,
    recipient: order.contact.email,
    mail: orderCancelledMail(order, orderLink(context.services.publicUrl, order, key)),
  })
}
