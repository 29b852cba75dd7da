import { type Html, html } from '#runtime/html/html.ts'
import type { Frame } from './frame.ts'
import { groveEdge } from './grove-edge.ts'
import { logoMark } from './icons.ts'
import { links } from './links.ts'

/** The footer of all pages except the checkout. */
export function shopFooter(frame: Frame): Html {
  return html`<footer class="shop-footer">
${groveEdge}
<div class="width shop-footer-columns">
<div class="shop-footer-about"><p class="logo">${logoMark}<span>${frame.shopName}</span></p>
<p>Named after an aspen grove that looks like a forest but is a single tree: many trunks, one root.</p></div>
${column('Shop', [...frame.categories.map(({ handle, title }) => link(links.category(handle), title)), link(links.search, 'All products')])}
${column('Your account', [
  link(links.account, frame.customerName === undefined ? 'Log in' : 'Account and orders'),
  link(links.cart, 'Cart'),
])}
${column('For developers', [link(links.apiDocs, 'API documentation'), frame.mailbox && link(links.mailbox, 'Mailbox')])}
</div>
</footer>`
}

function column(title: string, items: readonly (Html | false | undefined)[]): Html {
  return html`<nav class="shop-footer-column" aria-label="${title}"><h2>${title}</h2><ul>${items.map(
    (item) => item && html`<li>${item}</li>`,
  )}</ul></nav>`
}

function link(href: string, text: string): Html {
  return html`<a href="${href}">${text}</a>`
}
