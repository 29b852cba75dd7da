import { type Html, html } from '#runtime/html/html.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

type Way = { href: string; text: string }

/** A page that says one thing and where to go from there: a link was sent, an address is confirmed. */
export function messagePage(props: {
  title: string
  text: string
  way: Way
  /** `done` unless told. */
  mood?: 'done' | 'problem'
}): PageContent {
  const { title, text, way, mood } = props
  const icon = mood === 'problem' ? icons.warning : icons.check
  return message(title, icon, html`<p>${text}</p><a class="button" href="${way.href}">${way.text}</a>`)
}

/** For an address that leads to nothing. */
export function notFoundPage(): PageContent {
  return message(
    'Page not found',
    icons.leaf,
    html`<p>This page does not exist or has been removed. Try searching for what you need.</p>
<form class="search search-large" role="search" aria-label="Search from here" action="${links.search}" method="get"><label class="visually-hidden" for="not-found-query">Search the shop</label><input class="search-input" id="not-found-query" type="search" name="q" placeholder="Search" maxlength="200"><button class="search-button" type="submit">${icons.search}<span class="visually-hidden">Search</span></button></form>
<a class="quiet-link" href="${links.home}">Go to the home page</a>`,
  )
}

export type ErrorPageProps = {
  /** For whoever looks into it; the logs have the same. */
  traceId: string
  /** `busy`: nothing is broken, come back in a moment. */
  kind: 'broken' | 'busy'
}

/** For a request that failed through no fault of the visitor. */
export function errorPage({ traceId, kind }: ErrorPageProps): PageContent {
  const busy = kind === 'busy'
  return message(
    busy ? 'One moment, please' : 'Something went wrong',
    icons.warning,
    html`<p>${
      busy
        ? 'The shop is busy right now. Please try again in a moment. Your cart is saved.'
        : 'This is our fault, not yours, and we have recorded it. Please try again. Your cart is saved.'
    }</p><p class="trace">If you contact us, please quote <code>${traceId}</code></p><a class="button" href="${links.home}">Go to the home page</a>`,
  )
}

function message(title: string, icon: Html, body: Html): PageContent {
  return {
    title,
    personal: true,
    body: html`<div class="width message">${icon}<h1>${title}</h1>${body}</div>`,
  }
}
