import type { orders } from '#modules/orders/contract.ts'
import { orderFulfilledMail } from '../mails/order-fulfilled.ts'
import type { Reacts } from '../needs.ts'
import { orderLink } from '../rules/links.ts'
import { storeMail } from '../store-mail.ts'

export const storeOrderFulfilledMail: Reacts<typeof orders.events.orderFulfilled> = async (
  { orderId, order },
  context,
) => {
  const { key } = await context.calls.orders.issueOrderKey({ orderId })
  return storeMail(context, {
    kind: 'orderFulfilled',
    about: orderId,
    recipient: order.contact.email,
    mail: orderFulfilledMail(order, orderLink(context.services.publicUrl, order, key)),
  })
}
