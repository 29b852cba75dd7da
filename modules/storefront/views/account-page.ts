import type { Account } from '#modules/accounts/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { formatMoney } from '#shared/money.ts'
import { readableEmail } from '../rules/readable-email.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import { orderStatus } from './order-status.ts'
import type { PageContent } from './page-content.ts'
import { dayOf } from './times.ts'

export type AccountPageProps = {
  account: Account
  /** Undefined if the orders module does not answer now. */
  orders: readonly Order[] | undefined
  /** Cursor of the next page of orders; null on the last page. */
  nextCursor: string | null
}

export function accountPage({ account, orders, nextCursor }: AccountPageProps): PageContent {
  return {
    title: 'Account',
    personal: true,
    body: html`<div class="width">
<div class="account-head"><div><h1>Hello, ${account.name}</h1><p class="lead">${readableEmail(account.email)}</p></div>
<nav class="account-nav" aria-label="Account"><a class="button button-quiet" href="${links.addresses}">Addresses</a><a class="button button-quiet" href="${links.details}">Name and password</a><form action="${links.logout}" method="post"><button class="button button-quiet" type="submit">Log out</button></form></nav></div>
${!account.verified && html`<p class="aside-note">${icons.mail}Please confirm your email address with the link in the email we sent you. No email? <a href="${links.passwordReset}">Get a new link</a> to set your password, which also confirms your email address.</p>`}
<section class="section" aria-labelledby="orders-title"><h2 id="orders-title">Your orders</h2>
${orderList(orders, account)}
${nextCursor !== null && html`<nav class="page-links" aria-label="Pages"><a class="button" rel="next" href="${links.account}?cursor=${encodeURIComponent(nextCursor)}">Older orders${icons.arrow}</a></nav>`}
</section></div>`,
  }
}

function orderList(orders: AccountPageProps['orders'], account: Account): Html {
  if (!orders)
    return html`<p class="aside-note">${icons.warning}We cannot show your orders right now. They are safe; please try again in a moment.</p>`
  return orders.length === 0 ? noOrders(account) : html`<ul class="order-list">${orders.map(orderRow)}</ul>`
}

function orderRow(order: Order): Html {
  const shown = order.lines.slice(0, 4)
  const items = order.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return html`<li class="order-row">
<div class="order-row-pictures">${shown.map(({ pictureUrl }) => html`<img src="${pictureUrl}" alt="" width="800" height="800" loading="lazy" decoding="async">`)}</div>
<div class="order-row-what"><h3><a href="${links.accountOrder(order.id)}">Order ${order.number}</a></h3><p>${dayOf(order.placedAt)} · ${items} ${items === 1 ? 'item' : 'items'}</p></div>
${orderStatus(order)}
<p class="order-row-total">${formatMoney(order.totals.total)}</p></li>`
}

function noOrders({ verified, email }: Account): Html {
  const text = verified
    ? 'Your orders will appear here.'
    : `Orders placed as a guest with ${readableEmail(email)} appear here once you have confirmed your email address.`
  return html`<div class="empty-state">${icons.leaf}<h3>No orders yet</h3><p>${text}</p><a class="button" href="${links.search}">Browse all products</a></div>`
}
