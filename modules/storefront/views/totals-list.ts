import type { ShippingOption, Totals } from '#modules/cart/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { formatMoney } from '#shared/money.ts'

/**
 * The totals of a cart or an order. While no shipping option is chosen (`shipping` is null), the text `undecided` is shown
 * instead of its price, and the total is marked as excluding delivery.
 */
export function totalsList(
  totals: Totals,
  shipping: Pick<ShippingOption, 'title' | 'handover'> | null,
  undecided = 'Calculated at checkout',
): Html {
  const { subtotal, discount, tax, includedTax, total } = totals
  return html`<dl class="totals">
<div><dt>Subtotal</dt><dd>${formatMoney(subtotal)}</dd></div>
${discount.amount > 0 && html`<div class="totals-discount"><dt>Discount</dt><dd>−${formatMoney(discount)}</dd></div>`}
<div><dt>${handoverTexts(shipping).label}${shipping && html` <span class="totals-note">${shipping.title}</span>`}</dt><dd>${shipping === null ? undecided : shippingText(totals)}</dd></div>
${tax.amount > 0 && html`<div><dt>Tax</dt><dd>${formatMoney(tax)}</dd></div>`}
<div class="totals-total"><dt>Total${shipping === null && html` <span class="totals-note">excluding delivery</span>`}</dt><dd>${formatMoney(total)}</dd></div>
${includedTax.amount > 0 && html`<div class="totals-included"><dt>Including tax</dt><dd>${formatMoney(includedTax)}</dd></div>`}
</dl>`
}

function shippingText(totals: Totals): string {
  return totals.shipping.amount === 0 ? 'Free' : formatMoney(totals.shipping)
}
