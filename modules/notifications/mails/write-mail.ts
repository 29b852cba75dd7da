import { type Html, html } from '#runtime/html/html.ts'
import { oneLine } from '../rules/one-line.ts'
import { styles } from './styles.ts'

/** A mail, ready to be sent to somebody. The two bodies say the same. */
export interface Mail {
  subject: string
  text: string
  html: string
}

/** Puts a mail together. `paragraphs` are the text form, separated by empty lines; those that are '' are left out. */
export function writeMail(parts: { subject: string; paragraphs: readonly string[]; body: Html }): Mail {
  const subject = oneLine(parts.subject)
  return {
    subject,
    text: `${[...parts.paragraphs, '-- \nPando'].filter((paragraph) => paragraph !== '').join('\n\n')}\n`,
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
