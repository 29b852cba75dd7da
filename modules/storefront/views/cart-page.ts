import type { Cart, CartLine } from '#modules/cart/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { formatMoney } from '#shared/money.ts'
import { errorOf, errorSummary, type FormState, fieldId, formTitle, textField } from './form-fields.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { type CardProduct, productGrid } from './product-card.ts'
import { quantityField } from './quantity-field.ts'
import { totalsList } from './totals-list.ts'

export type CartPageProps = {
  /** Null if the visitor has no cart. */
  cart: Pick<
    Cart,
    'lines' | 'coupons' | 'discounts' | 'taxes' | 'totals' | 'shippingOption' | 'incomplete'
  > | null
  /** Why a line cannot be ordered, such as `Only 2 left`, by the line's id. Only for lines that cannot be ordered. */
  lineMessages: Readonly<Record<string, string>>
  /** The fields `code` and `lineField(id)` as they were submitted, with their errors. */
  form: FormState
  /** Shown when the cart is empty. */
  suggestions: readonly CardProduct[]
}

export function cartPage(props: CartPageProps): PageContent {
  const { cart } = props
  const filled = cart !== null && cart.lines.length > 0
  return {
    title: formTitle('Cart', props.form),
    personal: true,
    body: html`<div class="width"><h1>Your cart</h1>${filled ? filledCart(cart, props) : emptyCart(props.suggestions)}</div>`,
  }
}

/** The name of the field with the quantity of a line. */
export function lineField(lineId: string): string {
  return `quantity.${lineId}`
}

/** One form around everything, so that no button loses the input of other fields. */
function filledCart(cart: NonNullable<CartPageProps['cart']>, props: CartPageProps): Html {
  const { form, lineMessages } = props
  const orderable = cart.lines.filter(({ id }) => !lineMessages[id])
  const unorderable = cart.lines.filter(({ id }) => lineMessages[id])
  const list = (lines: readonly CartLine[]) =>
    html`<ul class="cart-lines">${lines.map((line) =>
      cartLine(line, form, errorOf(form, lineField(line.id)) ?? lineMessages[line.id]),
    )}</ul>`
  return html`${errorSummary(withLineTitles(form, [...orderable, ...unorderable]))}
<form class="with-aside" action="${links.cart}" method="post" novalidate>
<div class="cart-groups">
${orderable.length > 0 && html`<section aria-labelledby="lines-title"><h2 class="visually-hidden" id="lines-title">Items in your cart</h2>${list(orderable)}</section>`}
${unorderable.length > 0 && html`<section aria-labelledby="rest-title"><h2 class="cart-rest-title" id="rest-title">These items cannot be ordered</h2><p class="cart-rest-note">Change or remove them to check out. They are not included in the total.</p>${list(unorderable)}</section>`}
</div>
<section class="summary" aria-labelledby="summary-title"><h2 id="summary-title">Order summary</h2>
${orderable.length > 0 ? summary(cart, piecesOf(unorderable)) : html`<p>None of your items can be ordered at the moment.</p>`}
<button class="button button-large button-wide" type="submit" name="go" value="checkout">Go to checkout${icons.arrow}</button>
${coupons(cart, form)}
</section>
</form>`
}

/** The totals, and how many pieces they exclude because these cannot be ordered. */
function summary(cart: NonNullable<CartPageProps['cart']>, excluded: number): Html {
  return html`${totalsList(cart, cart.shippingOption)}
${cart.incomplete && html`<p class="totals-note">Discounts and taxes cannot be calculated at the moment. You will see the final total at checkout.</p>`}
${excluded > 0 && html`<p class="totals-note">Excluding ${excluded === 1 ? 'the item' : `the ${excluded} items`} that cannot be ordered</p>`}`
}

function piecesOf(lines: readonly CartLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** Puts the title of the line before the error of its quantity, for the error summary. */
function withLineTitles({ values, errors }: FormState, lines: readonly CartLine[]): FormState {
  const titles = new Map(lines.map(({ id, title }) => [lineField(id), title]))
  const named = errors.map(({ field, message }) => {
    const title = titles.get(field)
    return { field, message: title === undefined ? message : `${isolateBidi(title)}: ${message}` }
  })
  return { values, errors: named }
}

function cartLine(line: CartLine, form: FormState, message: string | undefined): Html {
  const hasVariantTitle = line.variantTitle !== line.title
  const field = lineField(line.id)
  const messageId = `${fieldId(field)}-error`
  const quantity = errorOf(form, field) === undefined ? String(line.quantity) : (form.values[field] ?? '')
  return html`<li class="cart-line${message ? ' cart-line-wrong' : ''}">
<img class="cart-line-picture" src="${line.pictureUrl}" alt="" width="800" height="800" loading="lazy" decoding="async">
<div class="cart-line-what"><h3><a href="${links.product(line.productHandle)}">${line.title}</a></h3>
${hasVariantTitle && html`<p class="cart-line-variant">${line.variantTitle}</p>`}
<p class="cart-line-unit">${formatMoney(line.unitPrice)}<span class="visually-hidden"> each</span></p></div>
<p class="cart-line-total"><span class="visually-hidden">Total </span>${formatMoney(line.total)}</p>
<div class="cart-line-change"><div class="cart-line-quantity">
${quantityField(fieldId(field), `Quantity of ${isolateBidi(line.title)}`, quantity, { hideLabel: true, name: field, ...(message ? { messageId } : {}) })}
<button class="button button-quiet" type="submit">Update<span class="visually-hidden"> quantity of ${line.title}</span></button></div>
<button class="link-button" type="submit" name="remove" value="${line.id}">Remove<span class="visually-hidden"> ${line.title}</span></button></div>
${message && html`<p class="cart-line-message" id="${messageId}">${icons.warning}${message}</p>`}
</li>`
}

function coupons(cart: NonNullable<CartPageProps['cart']>, form: FormState): Html {
  return html`${
    cart.coupons.length > 0 &&
    html`<ul class="coupons" aria-label="Applied coupons">${cart.coupons.map(
      ({ code, title, reason }) =>
        html`<li><span><strong>${code}</strong> ${title}${reason && html`<span class="coupon-reason">${reason}</span>`}</span><button class="link-button" type="submit" name="removeCoupon" value="${code}">Remove<span class="visually-hidden"> coupon ${code}</span></button></li>`,
    )}</ul>`
  }
<details class="coupon-entry"${attributes({ open: errorOf(form, 'code') !== undefined })}><summary>Add a coupon code</summary>
<div class="coupon-form">${textField(form, 'code', { label: 'Coupon code', autocomplete: 'off', maxlength: 60 })}
<button class="button button-quiet" type="submit">Apply</button></div></details>`
}

function emptyCart(suggestions: readonly CardProduct[]): Html {
  return html`<div class="empty-state">${icons.cart}<h2>Your cart is empty</h2>
<p>Items that you add to your cart appear here.</p><a class="button" href="${links.search}">Browse all products</a></div>
${suggestions.length > 0 && html`<section class="section" aria-labelledby="suggestions-title"><h2 id="suggestions-title">You might like</h2>${productGrid(suggestions)}</section>`}`
}
