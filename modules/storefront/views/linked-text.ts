import { type Html, html } from '#runtime/html/html.ts'

const WEB_URL = /https?:\/\/[^\s<>"')\]]+/g

/** Plain text in which http(s) URLs are links. */
export function linkedText(text: string): Html {
  const parts: (string | Html)[] = []
  let at = 0
  for (const match of text.matchAll(WEB_URL)) {
    // A full stop or comma after a URL belongs to the sentence
    const url = match[0].replace(/[.,;:!?]+$/, '')
    parts.push(text.slice(at, match.index), html`<a href="${url}">${url}</a>`)
    at = match.index + url.length
  }
  parts.push(text.slice(at))
  return html`${parts}`
}
