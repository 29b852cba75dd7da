import type { Category } from '#modules/catalog/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { groveScene } from './grove-scene.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { type CardProduct, productGrid } from './product-card.ts'

/** A category with a picture of one of its products, or the logo if it has none. */
export type CategoryTile = Category & { pictureUrl: string }

export type HomePageProps = {
  shopName: string
  categories: readonly CategoryTile[]
  featured: readonly CardProduct[]
  newest: readonly CardProduct[]
}

export function homePage(props: HomePageProps): PageContent {
  return {
    title: props.shopName,
    path: links.home,
    description: 'Homeware, tableware and clothing, chosen to last for years.',
    body: html`<section class="hero" aria-labelledby="hero-title">
<div class="hero-text"><p class="hero-kicker">One root, many trunks</p>
<h1 id="hero-title">Things that grow on you</h1>
<p class="hero-lead">Homeware, tableware and clothing in a small selection, made for everyday use and built to last for years.</p>
<a class="button button-gold" href="${links.search}">Shop all products${icons.arrow}</a></div>
${groveScene}
</section>
${
  props.categories.length > 0 &&
  html`<section class="width section" aria-labelledby="categories-title"><h2 id="categories-title">Shop by category</h2>
<ul class="category-tiles">${props.categories.map(categoryTile)}</ul></section>`
}
${productSection('featured', 'Picked for this season', props.featured)}
${productSection('newest', 'Just arrived', props.newest)}`,
  }
}

function categoryTile(category: CategoryTile): Html {
  const { handle, title, productCount, pictureUrl } = category
  return html`<li class="category-tile"><img${attributes({ src: pictureUrl, alt: '' })} width="800" height="800" loading="lazy" decoding="async">
<a href="${links.category(handle)}">${title}</a><p>${productCount} ${productCount === 1 ? 'product' : 'products'}</p></li>`
}

function productSection(id: string, title: string, products: readonly CardProduct[]): Html | false {
  return (
    products.length > 0 &&
    html`<section class="width section" aria-labelledby="${id}-title"><div class="section-head"><h2 id="${id}-title">${title}</h2><a class="more-link" href="${links.search}">All products${icons.chevron}</a></div>
${productGrid(products)}</section>`
  )
}
