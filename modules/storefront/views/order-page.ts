import type { Order } from '#modules/orders/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { orderTimeline } from '../rules/order-timeline.ts'
import { readableEmail } from '../rules/readable-email.ts'
import { addressForReading } from './address-fields.ts'
import { breadcrumbs } from './breadcrumbs.ts'
import { icons } from './icons.ts'
import { links, registerWith, webUrl } from './links.ts'
import { orderLines } from './order-lines.ts'
import type { PageContent } from './page-content.ts'
import { minuteOf } from './times.ts'
import { totalsList } from './totals-list.ts'

export type OrderPageProps = {
  order: Order
  /** Shows thanks: the order was placed a moment ago. */
  justPlaced: boolean
  /** Shows breadcrumbs to the account's list of orders. */
  inAccount: boolean
  /** Offers to create an account that then contains this order. Default: false. */
  offerAccount?: boolean
  /**
   * For an order that was cancelled without a payment: `in-cart` if all its items are in the cart. Otherwise a button
   * adds them, and `restoreKey` is the idempotency key that makes two clicks add them once. Undefined for other orders.
   */
  cancelledItems?: 'in-cart' | { restoreKey: string } | undefined
}

/** The page of an order for its buyer, right after it was placed and later. */
export function orderPage(props: OrderPageProps): PageContent {
  const { order, justPlaced, inAccount } = props
  const { contact, shippingOption } = order
  return {
    title: `Order ${order.number}`,
    personal: true,
    body: html`<div class="width order">
${inAccount && breadcrumbs([{ href: links.account, title: 'Account' }], `Order ${order.number}`)}
${justPlaced && order.status !== 'cancelled' ? thanks(order) : orderHead(order)}
${nextStep(order) || cancelledItemsCall(props)}
<div class="with-aside">
<div><section class="panel" aria-labelledby="status-title"><h2 id="status-title">Order status</h2>${timeline(order)}</section>
<section class="panel" aria-labelledby="order-lines-title"><h2 id="order-lines-title">Your items</h2>${orderLines(order.lines)}</section>
${props.offerAccount && accountOffer(order)}</div>
<div class="summary"><section aria-labelledby="order-totals-title"><h2 id="order-totals-title">Total</h2>${totalsList(order, shippingOption)}
${order.coupons.length > 0 && html`<p class="totals-note">${order.coupons.length === 1 ? 'Coupon' : 'Coupons'}: ${order.coupons.map(({ code }) => isolateBidi(code)).join(', ')}</p>`}</section>
<section aria-labelledby="order-to-title"><h2 class="small-title" id="order-to-title">${handoverTexts(shippingOption).addressHeading}</h2>${addressForReading(contact.shippingAddress)}
<p>${shippingOption.title}, ${shippingOption.delivery}</p></section>
${contact.billingAddress && html`<section aria-labelledby="order-bill-title"><h2 class="small-title" id="order-bill-title">Billing address</h2>${addressForReading(contact.billingAddress)}</section>`}
${order.cancellable && cancelForm(order)}</div>
</div></div>`,
  }
}

/** The heading without thanks. For a cancelled order, it says why the order was cancelled. */
function orderHead({ number, status, payment, placedAt }: Order): Html {
  if (status !== 'cancelled')
    return html`<h1>Order ${number}</h1><p class="lead">Placed on ${minuteOf(placedAt)}</p>`
  const title = payment.status === 'declined' ? 'Your payment was declined' : 'Your order was cancelled'
  return html`<h1>${title}</h1><p class="lead">Order ${number}, placed on ${minuteOf(placedAt)}</p>`
}

function thanks({ number, contact, status }: Order): Html {
  const paid = status === 'confirmed' || status === 'fulfilled'
  return html`<div class="thanks">${icons.leaf}<h1>${paid ? 'Thank you' : 'Almost there'}</h1>
<p>Your order number is <strong>${number}</strong>. ${
    paid
      ? html`We are sending the confirmation to <strong>${readableEmail(contact.email)}</strong>.`
      : html`Once it is paid, we will send the confirmation to <strong>${readableEmail(contact.email)}</strong>.`
  }</p></div>`
}

function nextStep({ id, status, payment }: Order): Html | false {
  const check = html`<form action="${links.checkOrder(id)}" method="post"><button class="button button-quiet" type="submit">Check again</button></form>`
  if (status === 'pending' && payment.status === 'pending') {
    return html`<div class="call" data-undecided><p>The bank has not answered yet. We keep checking, and you will not be charged twice. ${holdNotice(payment.dueAt)}</p>${check}</div>`
  }
  if (status !== 'pending' || payment.status !== 'requires_action' || payment.actionUrl === null) return false
  const confirmAt = webUrl(payment.actionUrl)
  return (
    confirmAt !== undefined &&
    html`<div class="call" data-undecided><p>Your bank asks you to confirm the payment. ${holdNotice(payment.dueAt)}</p><div class="row"><a class="button" href="${confirmAt}">Confirm payment${icons.arrow}</a>${check}</div></div>`
  )
}

/** Until when the items are reserved. Orders from an older version of the orders module have no `dueAt`. */
function holdNotice(dueAt: string | undefined): Html {
  return dueAt === undefined
    ? html`We are holding your items in the meantime.`
    : html`We are holding your items until ${minuteOf(dueAt)}. An order that is not paid by then is cancelled.`
}

/** What the shopper can do with the items of an order that was cancelled without a payment. */
function cancelledItemsCall({ order, cancelledItems }: OrderPageProps): Html | false {
  if (cancelledItems === undefined) return false
  if (cancelledItems !== 'in-cart') {
    return html`<div class="call"><p>Nothing was charged. Some items of this order are not in your cart.</p><form action="${links.restoreOrder(order.id)}" method="post"><input type="hidden" name="key" value="${cancelledItems.restoreKey}"><button class="button" type="submit">Add them to your cart</button></form></div>`
  }
  return order.payment.status === 'declined'
    ? html`<div class="call"><p>Nothing was charged. Your items are still in your cart, so you can choose another payment method.</p><a class="button" href="${links.checkoutPayment}">Choose another payment method</a></div>`
    : html`<div class="call"><p>Your items are still in your cart.</p><a class="button" href="${links.cart}">Go to your cart</a></div>`
}

function accountOffer({ id, contact }: Order): Html {
  return html`<section class="panel" aria-labelledby="account-title"><h2 id="account-title">Keep your orders in one place</h2>
<p>Create an account for <strong>${readableEmail(contact.email)}</strong>. This order appears in it once you have confirmed your email address with the link that we send you.</p>
<p class="panel-action"><a class="button button-quiet" href="${registerWith(id)}">Create an account</a></p></section>`
}

function timeline(order: Order): Html {
  return html`<ol class="timeline">${orderTimeline(order).map(
    ({ title, state, at, note }) =>
      html`<li class="timeline-${state}"${attributes({ 'aria-current': state === 'now' && 'step' })}><span class="timeline-mark">${
        state === 'done' ? icons.check : state === 'failed' ? icons.cross : false
      }</span><div><p class="timeline-title">${title}${state === 'ahead' && html`<span class="visually-hidden"> (still to come)</span>`}</p>${at && html`<p class="timeline-note">${minuteOf(at)}</p>`}${note && html`<p class="timeline-note">${note}</p>`}</div></li>`,
  )}</ol>`
}

function cancelForm({ id, shippingOption, status, totals }: Order): Html {
  const money =
    totals.total.amount === 0
      ? ''
      : status === 'pending'
        ? ', and you will not be charged'
        : ', and you will get a full refund'
  return html`<details class="cancel"><summary>Cancel this order</summary><p>${handoverTexts(shippingOption).cancelled}${money}.</p><form action="${links.cancelOrder(id)}" method="post"><button class="button button-danger" type="submit">Yes, cancel this order</button></form></details>`
}
