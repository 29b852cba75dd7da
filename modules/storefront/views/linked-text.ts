import { type Html, html } from '#runtime/html/html.ts'

const WEB_ADDRESS = /https?:\/\/[^\s<>"')\]]+/g

/** Plain text in which web addresses are links. */
export function linkedText(text: string): Html {
  const parts: (string | Html)[] = []
  let at = 0
  for (const match of text.matchAll(WEB_ADDRESS)) {
    // A full stop or comma after an address belongs to the sentence
    const address = match[0].replace(/[.,;:!?]+$/, '')
    parts.push(text.slice(at, match.index), html`<a href="${address}">${address}</a>`)
    at = match.index + address.length
  }
  parts.push(text.slice(at))
  return html`${parts}`
}
