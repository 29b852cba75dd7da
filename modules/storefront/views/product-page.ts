import type { Product } from '#modules/catalog/contract.ts'
import { type Html, html, raw } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { breadcrumbs, type Crumb } from './breadcrumbs.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { type CardProduct, productGrid } from './product-card.ts'
import { type ProductFormProps, productForm } from './product-form.ts'
import { productGallery } from './product-gallery.ts'

export interface ProductPageProps extends ProductFormProps {
  /** The pages above this one, beginning with the home page. */
  crumbs: readonly Crumb[]
  related: readonly CardProduct[]
}

export function productPage(props: ProductPageProps): PageContent {
  const { product } = props
  return {
    title: product.seoTitle || product.title,
    description: product.seoDescription || descriptionOf(product),
    path: links.product(product.handle),
    pictureUrl: product.picture.url,
    body: html`<div class="width">
${breadcrumbs(props.crumbs, product.title)}
<article class="product">
${productGallery(product)}
<div class="product-buy">
${product.vendor && html`<p class="product-vendor">${product.vendor}</p>`}
<h1>${product.title}</h1>
${productForm(props)}
${details(product)}
</div>
</article>
${
  props.related.length > 0 &&
  html`<section class="section" aria-labelledby="related-title"><h2 id="related-title">You may also like</h2>${productGrid(props.related)}</section>`
}
</div>`,
  }
}

function descriptionOf({ title, vendor }: Product): string {
  return vendor === '' ? title : `${isolateBidi(title)} by ${isolateBidi(vendor)}`
}

function details(product: Product): Html {
  return html`${
    product.descriptionHtml.trim() !== '' &&
    html`<section class="product-description" aria-labelledby="description-title"><h2 id="description-title">Description</h2><div class="prose">${raw(product.descriptionHtml)}</div></section>`
  }${
    product.categories.length > 0 &&
    html`<section aria-labelledby="more-title"><h2 class="small-title" id="more-title">More like this</h2><ul class="chip-list">${product.categories.map(
      ({ handle, title }) => html`<li><a class="chip" href="${links.category(handle)}">${title}</a></li>`,
    )}</ul></section>`
  }`
}
