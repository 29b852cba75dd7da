import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { breadcrumbs, type Crumb } from './breadcrumbs.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { type CardProduct, productGrid } from './product-card.ts'

export type ListingPageProps = {
  /** A category's title, or what was searched for; empty for all products. */
  subject: { kind: 'category'; title: string } | { kind: 'search'; query: string }
  /** The steps before this page; the home page is the first. */
  way: readonly Crumb[]
  /** Path of this list, without its query. */
  path: string
  sort: string
  sorts: readonly { value: string; title: string }[]
  products: readonly CardProduct[]
  /** Cursors are opaque; `next` is null on the last page. `isFirst` is false on a later one. */
  nextCursor: string | null
  isFirst: boolean
  /** Where to go when nothing was found. */
  categories: readonly { handle: string; title: string }[]
}

export function listingPage(props: ListingPageProps): PageContent {
  const title = titleOf(props.subject)
  return {
    title,
    description:
      props.subject.kind === 'category' ? `${isolateBidi(title)}: see what there is, and buy it.` : undefined,
    // Later pages begin elsewhere each time that something is added, and there is no end of searches.
    path:
      props.isFirst && !(props.subject.kind === 'search' && props.subject.query !== '')
        ? props.path
        : undefined,
    body: html`<div class="width">
${breadcrumbs(props.way, props.subject.kind === 'search' && props.subject.query !== '' ? 'Search' : title)}
<div class="listing-head"><h1>${title}</h1>${props.products.length > 0 && sortForm(props)}</div>
${
  props.products.length === 0
    ? emptyListing(props)
    : html`<h2 class="visually-hidden">Products</h2>${productGrid(props.products, 4)}${pageLinks(props)}`
}
</div>`,
  }
}

function titleOf(subject: ListingPageProps['subject']): string {
  if (subject.kind === 'category') return subject.title
  return subject.query === '' ? 'All products' : `Results for “${isolateBidi(excerpt(subject.query))}”`
}

const SHOWN_LETTERS = 60

/** The search field holds all of it; a heading need not. */
function excerpt(query: string): string {
  const letters = [...query]
  return letters.length > SHOWN_LETTERS ? `${letters.slice(0, SHOWN_LETTERS).join('').trimEnd()}…` : query
}

function sortForm({ path, subject, sort, sorts }: ListingPageProps): Html {
  return html`<form class="sort" action="${path}" method="get">
${subject.kind === 'search' && subject.query !== '' && html`<input type="hidden" name="q" value="${subject.query}">`}
<label for="sort">Sort by</label>
<select class="input" id="sort" name="sort">${sorts.map(
    ({ value, title }) => html`<option${attributes({ value, selected: value === sort })}>${title}</option>`,
  )}</select>
<button class="button button-quiet" type="submit">Sort</button>
</form>`
}

function pageLinks(props: ListingPageProps): Html | false {
  const { nextCursor, isFirst } = props
  return (
    (nextCursor !== null || !isFirst) &&
    html`<nav class="page-links" aria-label="Pages">
${!isFirst && html`<a class="button button-quiet" href="${pageHref(props, null)}">First page</a>`}
${nextCursor !== null && html`<a class="button" rel="next" href="${pageHref(props, nextCursor)}">Next page${icons.arrow}</a>`}
</nav>`
  )
}

function pageHref({ path, subject, sort }: ListingPageProps, cursor: string | null): string {
  const query = new URLSearchParams()
  if (subject.kind === 'search' && subject.query !== '') query.set('q', subject.query)
  query.set('sort', sort)
  if (cursor !== null) query.set('cursor', cursor)
  return `${path}?${query}`
}

function emptyListing({ subject, categories }: ListingPageProps): Html {
  const searched = subject.kind === 'search' && subject.query !== ''
  return html`<div class="empty-state">${icons.leaf}
<h2>${searched ? 'No results' : 'No products here yet'}</h2>
<p>${searched ? 'Check the spelling, or try fewer or more general words.' : 'New products are on their way. Meanwhile, browse the rest of the shop.'}</p>
${
  categories.length > 0 &&
  html`<p>Or browse a category:</p><ul class="chip-list">${categories.map(
    ({ handle, title }) => html`<li><a class="chip" href="${links.category(handle)}">${title}</a></li>`,
  )}</ul>`
}
<a class="button" href="${links.search}">See all products</a></div>`
}
