import type { orders } from '#modules/orders/contract.ts'
import { keepMail } from '../keep-mail.ts'
import { orderFulfilledMail } from '../mails/order-fulfilled.ts'
import type { Reacts } from '../needs.ts'

export const sendOrderFulfilled: Reacts<typeof orders.events.orderFulfilled> = (
  { orderId, order },
  context,
) =>
  keepMail(context, {
    kind: 'orderFulfilled',
    about: orderId,
    recipient: order.contact.email,
    mail: orderFulfilledMail(order, context.services.publicUrl),
  })
