import { type Html, html } from '#runtime/html/html.ts'
import { oneLine } from '../rules/one-line.ts'
import { styles } from './styles.ts'

/** An email without its recipient. Both bodies have the same content. */
export interface Mail {
  subject: string
  text: string
  html: string
}

/** `-- ` on a line of its own begins the signature of a plain text (RFC 3676). */
const SIGNATURE = '-- \nPando'

/** Builds an email. `paragraphs` become the text body, separated by empty lines; empty ones are left out. */
export function writeMail(parts: { subject: string; paragraphs: readonly string[]; body: Html }): Mail {
  const subject = oneLine(parts.subject)
  return {
    subject,
    text: `${[...parts.paragraphs, SIGNATURE].filter((paragraph) => paragraph !== '').join('\n\n')}\n`,
    html: `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${subject}</title>
</head>
<body style="${styles.page}">
<div style="${styles.card}">
<p style="${styles.shop}">Pando</p>
${parts.body}
</div>
</body>
</html>`}\n`,
  }
}
