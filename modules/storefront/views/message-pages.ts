import { type Html, html } from '#runtime/html/html.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** A page with one message and a button to continue, such as after a link was sent. */
export function messagePage(props: {
  title: string
  text: string
  action: { href: string; text: string }
  /** Default: `done`. */
  kind?: 'done' | 'problem'
}): PageContent {
  const { title, text, action, kind } = props
  const icon = kind === 'problem' ? icons.warning : icons.check
  return message(title, icon, html`<p>${text}</p><a class="button" href="${action.href}">${action.text}</a>`)
}

/** For a URL without a page. */
export function notFoundPage(): PageContent {
  return message(
    'Page not found',
    icons.leaf,
    html`<p>This page does not exist or has been removed. Try searching for what you need.</p>
<form class="search search-large" role="search" aria-label="Search products" action="${links.search}" method="get"><label class="visually-hidden" for="not-found-query">Search the shop</label><input class="search-input" id="not-found-query" type="search" name="q" placeholder="Search" maxlength="200"><button class="search-button" type="submit">${icons.search}<span class="visually-hidden">Search</span></button></form>
<a class="quiet-link" href="${links.home}">Go to the home page</a>`,
  )
}

export type ErrorPageProps = {
  /** The trace id under which the log has the error, for support. */
  traceId: string
  /** `busy`: the next attempt will probably succeed. `broken`: the request hit a bug of the shop. */
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
        : 'This is our mistake, and we have logged it. Please try again. Your cart is saved.'
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
