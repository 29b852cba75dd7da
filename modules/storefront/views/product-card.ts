import type { ProductSummary } from '#modules/catalog/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { links } from './links.ts'
import { price, reductionPercent } from './price.ts'

/** The members of a product summary that a card shows. */
export type CardProduct = Pick<
  ProductSummary,
  'handle' | 'title' | 'price' | 'compareAtPrice' | 'priceVaries' | 'available' | 'picture'
>

/**
 * A grid of products. Its cards have h3 headings, so an h2 must precede it. The first `eager` pictures load at once, the
 * others when they are scrolled into view.
 */
export function productGrid(products: readonly CardProduct[], eager = 0): Html {
  return html`<ul class="product-grid">${products.map((product, index) => productCard(product, index < eager))}</ul>`
}

function productCard(product: CardProduct, isEager: boolean): Html {
  const { title, picture, available } = product
  const reduction = reductionPercent(product.price, product.compareAtPrice)
  const loading = attributes({ loading: isEager ? undefined : 'lazy' })
  return html`<li class="product-card${available ? '' : ' product-card-sold-out'}">
<h3 class="product-card-title"><a href="${links.product(product.handle)}">${title}</a></h3>
<div class="product-card-picture"><img src="${picture.url}" alt="${picture.alt}" width="800" height="800" decoding="async"${loading}>${
    available
      ? reduction > 0 && html`<p class="badge badge-reduced">−${reduction} %</p>`
      : html`<p class="badge">Sold out</p>`
  }</div>
${price(product.price, { before: product.compareAtPrice, from: product.priceVaries })}
</li>`
}
