import { type Html, html } from '#runtime/html/html.ts'

export type Crumb = { href: string; title: string }

/** The way from the home page to this one; the last step is the page itself and no link. */
export function breadcrumbs(way: readonly Crumb[], here: string): Html {
  return html`<nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>${way.map(
    ({ href, title }) => html`<li><a href="${href}">${title}</a></li>`,
  )}<li><span aria-current="page">${here}</span></li></ol></nav>`
}
