import type { orders } from '#modules/orders/contract.ts'
import { keepMail } from '../keep-mail.ts'
import { orderConfirmedMail } from '../mails/order-confirmed.ts'
import type { Reacts } from '../needs.ts'
import { ORDER_CONFIRMED } from '../rules/kinds.ts'

export const sendOrderConfirmed: Reacts<typeof orders.events.orderConfirmed> = (
  { orderId, order },
  context,
) =>
  keepMail(context, {
    kind: ORDER_CONFIRMED,
    about: orderId,
    recipient: order.contact.email,
    mail: orderConfirmedMail(order, context.services.publicUrl),
  })
