import type { orders } from '#modules/orders/contract.ts'
import { keepMail } from '../keep-mail.ts'
import { orderCancelledMail } from '../mails/order-cancelled.ts'
import type { Reacts } from '../needs.ts'

export const sendOrderCancelled: Reacts<typeof orders.events.orderCancelled> = (
  { orderId, order },
  context,
) =>
  keepMail(context, {
    kind: 'orderCancelled',
    about: orderId,
    recipient: order.contact.email,
    mail: orderCancelledMail(order, context.services.publicUrl),
  })
