import { type Html, html } from '#runtime/html/html.ts'
import { formatMoney, type Money } from '#shared/money.ts'

/** A price; what it was before, when it was reduced; and `from`, when it is the lowest of several. */
export function price(now: Money, options: { before?: Money | undefined; from?: boolean } = {}): Html {
  const { before, from } = options
  const reduced = reductionPercent(now, before) > 0
  return html`<p class="price${reduced ? ' price-reduced' : ''}">${
    reduced && html`<span class="visually-hidden">Now </span>`
  }${from && html`<span class="price-from">from </span>`}<span class="price-now">${formatMoney(now)}</span>${
    reduced &&
    before &&
    html` <span class="visually-hidden">instead of </span><s class="price-before">${formatMoney(before)}</s>`
  }</p>`
}

/** By how much a price was reduced in whole percent, 0 when it was not or by less than one. */
export function reductionPercent(now: Money, before: Money | undefined): number {
  if (before === undefined || before.amount <= now.amount) return 0
  return Math.floor((1 - now.amount / before.amount) * 100)
}
