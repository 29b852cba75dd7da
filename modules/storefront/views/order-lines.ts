import type { CartLine } from '#modules/cart/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { links } from './links.ts'

/** The list of an order's lines, with the titles and prices that the order keeps from its cart. */
export function orderLines(lines: readonly CartLine[]): Html {
  return html`<ul class="order-lines">${lines.map(orderLine)}</ul>`
}

function orderLine(line: CartLine): Html {
  // The only variant of a product without options has the product's title
  const variant = line.variantTitle === line.title ? '' : `${isolateBidi(line.variantTitle)} · `
  return html`<li class="summary-line"><img src="${line.pictureUrl}" alt="" width="800" height="800" loading="lazy" decoding="async"><div><p><a href="${links.product(line.productHandle)}">${line.title}</a></p><p class="summary-line-note">${variant}${line.quantity} × ${formatMoney(line.unitPrice)}</p></div><p class="summary-line-total">${formatMoney(line.total)}</p></li>`
}
