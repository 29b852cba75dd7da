import { type Html, html } from '#runtime/html/html.ts'

export type Crumb = { href: string; title: string }

/** Links to the pages above this one, then the title of this page (`here`) without a link. */
export function breadcrumbs(crumbs: readonly Crumb[], here: string): Html {
  return html`<nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>${crumbs.map(
    ({ href, title }) => html`<li><a href="${href}">${title}</a></li>`,
  )}<li><span aria-current="page">${here}</span></li></ol></nav>`
}
