import sanitizeHtml from 'sanitize-html'

/**
 * Reduces a description to text with paragraphs, lists, tables, sub-headings, emphasis and links, whoever sent it: what
 * is stored here goes onto the shop's pages as it is. `h1` and `h2` belong to the page, so headings start at `h3`.
 */
export function sanitizeDescription(html: string): string {
  let clean = sanitizeHtml(html, allowed).trim()
  if (clean === html) return clean
  // What is left out can bring elements together that do not belong into each other, which a second look takes apart.
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const again = sanitizeHtml(clean, allowed).trim()
    if (again === clean) break
    clean = again
  }
  return clean
}

const MAX_LOOKS = 5

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'div', 'br', 'h3', 'h4', 'blockquote', 'ul', 'ol', 'li', 'strong', 'em', 'sub', 'sup', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href', 'rel'], th: ['colspan', 'rowspan'], td: ['colspan', 'rowspan'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nestingLimit: 30,
  transformTags: {
    b: 'strong',
    i: 'em',
    h1: 'h3',
    h2: 'h3',
    h5: 'h4',
    h6: 'h4',
    // Whoever writes a description does not speak for the shop to search engines.
    a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow' }),
  },
}
