import type { orders } from '#modules/orders/contract.ts'
import { keepMail } from '../keep-mail.ts'
import { orderCancelledMail } from '../mails/order-cancelled.ts'
import type { Reacts } from '../needs.ts'
import { orderLink } from '../rules/links.ts'

export const sendOrderCancelled: Reacts<typeof orders.events.orderCancelled> = async (
  { orderId, order },
  context,
) => {
  const { key } = await context.calls.orders.issueOrderKey({ orderId })
  return keepMail(context, {
    kind: 'orderCancelled',
    about: orderId,
    recipient: order.contact.email,
    mail: orderCancelledMail(order, orderLink(context.services.publicUrl, order, key)),
  })
}
