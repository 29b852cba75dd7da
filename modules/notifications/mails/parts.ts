import { type Html, html } from '#runtime/html/html.ts'
import { styles } from './styles.ts'

export function title(text: string): Html {
  return html`<h1 style="${styles.title}">${text}</h1>`
}

export function subtitle(text: string): Html {
  return html`<h2 style="${styles.subtitle}">${text}</h2>`
}

export function paragraph(text: string): Html {
  return html`<p style="${styles.paragraph}">${text}</p>`
}

/** A note at the end of an email. */
export function smallPrint(text: string): Html {
  return html`<p style="${styles.note}">${text}</p>`
}

/** The main action of an email. The URL is written out below it, for mail clients that do not show links. */
export function button(href: string, text: string): Html {
  return html`<p style="${styles.paragraph}"><a href="${href}" style="${styles.button}">${text}</a></p>
<p style="${styles.note}">Or open <a href="${href}" style="${styles.link}">${href}</a></p>`
}
