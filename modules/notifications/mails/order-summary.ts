import type { Order } from '#modules/orders/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import type { Address } from '#shared/address.ts'
import { addressLines } from '#shared/address-lines.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { TOTAL, totalRows } from '../rules/total-rows.ts'
import { subtitle } from './parts.ts'
import { styles } from './styles.ts'

/** The lines and totals of an order, as an HTML table. */
export function orderTable({ lines, ...order }: Order): Html {
  return html`<table style="${styles.table}"><thead><tr><th scope="col" style="${styles.cell}">Item</th><th scope="col" style="${styles.amount}">Price</th></tr></thead>
<tbody>${lines.map(
    (line) =>
      html`<tr><td style="${styles.cell}">${line.title}<br><span style="${styles.small}">${lineNote(line)}</span></td><td style="${styles.amount}">${formatMoney(line.total)}</td></tr>\n`,
  )}</tbody>
<tfoot>${totalRows(order).map(({ label, amount }) => {
    const [head, data] = label === TOTAL ? [styles.total, styles.totalAmount] : [styles.cell, styles.amount]
    return html`<tr><th scope="row" style="${head}">${label}</th><td style="${data}">${amount}</td></tr>\n`
  })}</tfoot></table>`
}

/** The lines and totals of an order, as paragraphs of text. */
export function orderText({ lines, ...order }: Order): string[] {
  const goods = lines.map(
    (line) => `${isolateBidi(line.title)}\n  ${lineNote(line)} = ${formatMoney(line.total)}`,
  )
  return [
    goods.join('\n'),
    totalRows(order)
      .map(({ label, amount }) => `${label}: ${amount}`)
      .join('\n'),
  ]
}

/** Delivery address and method, and the billing address if it differs, as HTML. */
export function orderDelivery({ contact, shippingOption }: Order): Html {
  return html`${subtitle(handoverTexts(shippingOption).addressHeading)}${postalAddress(contact.shippingAddress)}
<p style="${styles.note}">${shippingOption.title}, ${shippingOption.delivery}</p>
${contact.billingAddress && [subtitle('Billing address'), postalAddress(contact.billingAddress)]}`
}

/** The same as `orderDelivery`, as paragraphs of text. */
export function orderDeliveryText({ contact, shippingOption }: Order): string[] {
  return [
    `${handoverTexts(shippingOption).addressHeading}:\n${addressLines(contact.shippingAddress).join('\n')}\n${isolateBidi(shippingOption.title)}, ${isolateBidi(shippingOption.delivery)}`,
    contact.billingAddress ? `Billing address:\n${addressLines(contact.billingAddress).join('\n')}` : '',
  ]
}

function postalAddress(address: Address): Html {
  return html`<address style="${styles.address}">${addressLines(address).map((line) => html`${line}<br>`)}</address>`
}

function lineNote(line: Order['lines'][number]): string {
  const variant =
    line.variantTitle === line.title || line.variantTitle === '' ? '' : `${isolateBidi(line.variantTitle)} · `
  return `${variant}${line.quantity} × ${formatMoney(line.unitPrice)}`
}
