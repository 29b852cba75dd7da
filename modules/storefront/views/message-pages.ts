import { type Html, html } from '#runtime/http/html.ts'
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
    'This path ends here',
    icons.leaf,
    html`<p>The page does not exist, or no longer. Perhaps the search finds what you were looking for.</p>
<form class="search search-large" role="search" aria-label="Search from here" action="${links.search}" method="get"><label class="visually-hidden" for="not-found-query">Search the shop</label><input class="search-input" id="not-found-query" type="search" name="q" placeholder="Search" maxlength="200"><button class="search-button" type="submit">${icons.search}<span class="visually-hidden">Search</span></button></form>
<a class="quiet-link" href="${links.home}">To the home page</a>`,
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
    busy ? 'One moment, please' : 'A branch broke',
    icons.warning,
    html`<p>${
      busy
        ? 'A part of the shop does not answer just now. Please try again in a moment; your cart is kept.'
        : 'Something went wrong on our side, and it has been noted. Please try again; your cart is kept.'
    }</p><p class="trace">If you write to us, please name this: <code>${traceId}</code></p><a class="button" href="${links.home}">To the home page</a>`,
  )
}

function message(title: string, icon: Html, body: Html): PageContent {
  return {
    title,
    personal: true,
    body: html`<div class="width message">${icon}<h1>${title}</h1>${body}</div>`,
  }
}
