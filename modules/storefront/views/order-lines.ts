import type { CartLine } from '#modules/cart/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { links } from './links.ts'

/** The lines of an order, with the names and prices at the time of the order. */
export function orderLines(lines: readonly CartLine[]): Html {
  return html`<ul class="order-lines">${lines.map(
    (line) =>
      html`<li class="summary-line"><img src="${line.pictureUrl}" alt="" width="800" height="800" loading="lazy" decoding="async"><div><p><a href="${links.product(line.productHandle)}">${line.title}</a></p><p class="summary-line-note">${line.variantTitle !== line.title && `${isolateBidi(line.variantTitle)} · `}${line.quantity} × ${formatMoney(line.unitPrice)}</p></div><p class="summary-line-total">${formatMoney(line.total)}</p></li>`,
  )}</ul>`
}
