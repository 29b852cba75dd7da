import { attributes, type Html, html } from '#runtime/html/html.ts'
import type { Frame } from './frame.ts'
import { icons, logoMark } from './icons.ts'
import { links } from './links.ts'

/** The header of all pages except the checkout: logo, search, account, cart and categories. */
export function shopHeader(frame: Frame): Html {
  return html`<header class="shop-header">
<div class="width shop-header-row">
<a class="logo" href="${links.home}">${logoMark}<span>${frame.shopName}</span></a>
<form class="search" role="search" action="${links.search}" method="get">
<label class="visually-hidden" for="search-query">Search the shop</label>
<input class="search-input" id="search-query" type="search" name="q" value="${frame.query ?? ''}" placeholder="Search" autocomplete="off" enterkeyhint="search" maxlength="200">
<button class="search-button" type="submit">${icons.search}<span class="visually-hidden">Search</span></button>
</form>
<nav class="visitor-nav" aria-label="Account and cart">
${visitorLink(frame, frame.customerName === undefined ? links.login : links.account, icons.account, accountText(frame))}
${visitorLink(frame, links.cart, icons.cart, cartText(frame))}
</nav>
</div>
${
  frame.categories.length > 0 &&
  html`<nav class="category-nav" aria-label="Categories"><ul class="width">${frame.categories.map(
    ({ handle, title }) => {
      const href = links.category(handle)
      return html`<li><a${attributes({ href, 'aria-current': currentAt(frame, href) })}>${title}</a></li>`
    },
  )}</ul></nav>`
}
</header>`
}

function visitorLink(frame: Frame, href: string, icon: Html, text: Html): Html {
  return html`<a class="visitor-link"${attributes({ href, 'aria-current': currentAt(frame, href) })}>${icon}${text}</a>`
}

function accountText({ customerName }: Frame): Html {
  if (customerName === undefined) return html`<span class="visitor-link-text">Log in</span>`
  return html`<span class="visually-hidden">Account of </span><span class="visitor-link-text">${customerName}</span>`
}

function cartText({ cartCount }: Frame): Html {
  if (cartCount === 0) return html`<span class="visitor-link-text">Cart</span>`
  const shown = cartCount > 99 ? '99+' : cartCount
  return html`<span class="visitor-link-text">Cart</span><span class="cart-count"><span class="visually-hidden">, </span>${shown}<span class="visually-hidden"> ${cartCount === 1 ? 'item' : 'items'}</span></span>`
}

function currentAt(frame: Frame, href: string): 'page' | undefined {
  return frame.path === href ? 'page' : undefined
}
