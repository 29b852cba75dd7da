import { type Html, html } from '#runtime/html/html.ts'
import { formatMoney, type Money } from '#shared/money.ts'

/** A price. `before` is the price before a reduction; `from` marks the lowest of several prices. */
export function price(now: Money, options: { before?: Money | undefined; from?: boolean } = {}): Html {
  const { before, from } = options
  const reduced = reductionPercent(now, before) > 0
  return html`<p class="price${reduced ? ' price-reduced' : ''}">${
    reduced && html`<span class="visually-hidden">Now </span>`
  }${from && html`<span class="price-from">from </span>`}<span class="price-now">${formatMoney(now)}</span>${
    reduced &&
    before &&
    html` <span class="visually-hidden">was </span><s class="price-before">${formatMoney(before)}</s>`
  }</p>`
}

/** The reduction of a price in whole percent, rounded down; 0 without a reduction. */
export function reductionPercent(now: Money, before: Money | undefined): number {
  if (before === undefined || before.amount <= now.amount) return 0
  return Math.floor((1 - now.amount / before.amount) * 100)
}
