import type { Order } from '#modules/orders/contract.ts'
import { html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { orderTable, orderText } from './order-summary.ts'
import { button, paragraph, title } from './parts.ts'
import { type Mail, writeMail } from './write-mail.ts'

/** Reports a cancellation: the reason, if there is one, and whether the payment is refunded. `link` opens the order. */
export function orderCancelledMail(order: Order, link: string): Mail {
  const heading = `Order ${order.number} has been cancelled`
  const consequence = reasonSentence(order) + handoverTexts(order.shippingOption).cancelled
  const total = formatMoney(order.totals.total)
  const intro =
    order.payment.status === 'refunded'
      ? `${consequence}. We are refunding ${total} to your original payment method. Depending on your bank, this can take a few days.`
      : `${consequence}, and you have not been charged.`
  return writeMail({
    subject: heading,
    paragraphs: [heading, intro, ...orderText(order), `See the order:\n${link}`],
    body: html`${title(heading)}
${paragraph(intro)}
${orderTable(order)}
${button(link, 'See the order')}`,
  })
}

/** The payment's reason and a space; '' for an order that was paid before, because `cancelOrder` takes no reason. */
function reasonSentence({ payment, history }: Order): string {
  const wasPaid = history.some(({ status }) => status === 'confirmed')
  return wasPaid || payment.reason === null ? '' : `${isolateBidi(payment.reason)}. `
}
