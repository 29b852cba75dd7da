import type { ShippingOption, Totals } from '#modules/cart/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { discountNote, type PricedTotals, taxRows } from '#shared/price-rows.ts'

/**
 * The totals of a cart or an order. While no shipping option is chosen (`shipping` is null), the text `undecided` is shown
 * instead of its price, and the total is marked as excluding delivery.
 */
export function totalsList(
  priced: PricedTotals,
  shipping: Pick<ShippingOption, 'title' | 'handover'> | null,
  undecided = 'Calculated at checkout',
): Html {
  const { totals } = priced
  const { subtotal, discount, total } = totals
  const note = discountNote(priced)
  return html`<dl class="totals">
<div><dt>Subtotal</dt><dd>${formatMoney(subtotal)}</dd></div>
${discount.amount > 0 && html`<div class="totals-discount"><dt>Discount${note && html` <span class="totals-note">${isolateBidi(note)}</span>`}</dt><dd>−${formatMoney(discount)}</dd></div>`}
<div><dt>${handoverTexts(shipping).label}${shipping && html` <span class="totals-note">${shipping.title}</span>`}</dt><dd>${shipping === null ? undecided : shippingText(totals)}</dd></div>
${taxRows(priced, false).map(({ label, amount }) => html`<div><dt>${label}</dt><dd>${formatMoney(amount)}</dd></div>`)}
<div class="totals-total"><dt>Total${shipping === null && html` <span class="totals-note">excluding delivery</span>`}</dt><dd>${formatMoney(total)}</dd></div>
${taxRows(priced, true).map(({ label, amount }) => html`<div class="totals-included"><dt>${label}</dt><dd>${formatMoney(amount)}</dd></div>`)}
</dl>`
}

function shippingText(totals: Totals): string {
  return totals.shipping.amount === 0 ? 'Free' : formatMoney(totals.shipping)
}
