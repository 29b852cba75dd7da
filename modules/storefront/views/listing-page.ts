import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { breadcrumbs, type Crumb } from './breadcrumbs.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'
import { type CardProduct, productGrid } from './product-card.ts'

export type ListingPageProps = {
  /** A category with its title, or a search with its query. The query is empty for all products. */
  subject: { kind: 'category'; title: string } | { kind: 'search'; query: string }
  /** The pages above this one, beginning with the home page. */
  crumbs: readonly Crumb[]
  /** The path of this list, without a query. */
  path: string
  sort: string
  sorts: readonly { value: string; title: string }[]
  products: readonly CardProduct[]
  /** The opaque cursor of the next page; null on the last page. */
  nextCursor: string | null
  /** Whether this is the first page of the list. */
  isFirst: boolean
  /** Categories to suggest if nothing was found. */
  categories: readonly { handle: string; title: string }[]
}

export function listingPage(props: ListingPageProps): PageContent {
  const title = titleOf(props.subject)
  const query = queryOf(props.subject)
  return {
    title,
    description:
      props.subject.kind === 'category'
        ? `${isolateBidi(title)}: browse our products and order online.`
        : undefined,
    // Later pages change with every new product, and there are endless searches: neither has a canonical path.
    path: props.isFirst && query === '' ? props.path : undefined,
    body: html`<div class="width">
${breadcrumbs(props.crumbs, query === '' ? title : 'Search')}
<div class="listing-head"><h1>${title}</h1>${props.products.length > 0 && sortForm(props)}</div>
${
  props.products.length === 0
    ? emptyListing(props)
    : html`<h2 class="visually-hidden">Products</h2>${productGrid(props.products, 4)}${pageLinks(props)}`
}
</div>`,
  }
}

/** The query of a search; empty for a category and for all products. */
function queryOf(subject: ListingPageProps['subject']): string {
  return subject.kind === 'search' ? subject.query : ''
}

function titleOf(subject: ListingPageProps['subject']): string {
  if (subject.kind === 'category') return subject.title
  return subject.query === '' ? 'All products' : `Results for “${isolateBidi(excerpt(subject.query))}”`
}

const MAX_SHOWN_CHARACTERS = 60

/** Shortens a query for the heading. The search field shows all of it. */
function excerpt(query: string): string {
  const characters = [...query]
  if (characters.length <= MAX_SHOWN_CHARACTERS) return query
  return `${characters.slice(0, MAX_SHOWN_CHARACTERS).join('').trimEnd()}…`
}

function sortForm({ path, subject, sort, sorts }: ListingPageProps): Html {
  const query = queryOf(subject)
  return html`<form class="sort" action="${path}" method="get">
${query !== '' && html`<input type="hidden" name="q" value="${query}">`}
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
  const query = queryOf(subject)
  const parameters = new URLSearchParams()
  if (query !== '') parameters.set('q', query)
  parameters.set('sort', sort)
  if (cursor !== null) parameters.set('cursor', cursor)
  return `${path}?${parameters}`
}

function emptyListing({ subject, categories }: ListingPageProps): Html {
  const searched = queryOf(subject) !== ''
  return html`<div class="empty-state">${icons.leaf}
<h2>${searched ? 'No results' : 'No products here yet'}</h2>
<p>${searched ? 'Check the spelling, or try fewer or more general words.' : 'New products will arrive soon. In the meantime, browse the rest of the shop.'}</p>
${
  categories.length > 0 &&
  html`<p>Or browse a category:</p><ul class="chip-list">${categories.map(
    ({ handle, title }) => html`<li><a class="chip" href="${links.category(handle)}">${title}</a></li>`,
  )}</ul>`
}
<a class="button" href="${links.search}">See all products</a></div>`
}
