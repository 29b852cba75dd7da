import sanitizeHtml from 'sanitize-html'
import { firstCharacters } from '#shared/text.ts'

/** Longer descriptions are cut. */
export const MAX_DESCRIPTION_LENGTH = 100_000

const VISIBLE_THINGS = /<(audio|button|embed|form|iframe|img|input|object|picture|script|style|svg|video)\b/gi
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

export type CleanDescription = {
  html: string
  /** Tags of things that a reader of the file's description would miss, each once: `['iframe', 'img']`. */
  removed: string[]
  isCut: boolean
}

/**
 * Reduces a description to text with paragraphs, lists, tables, sub-headings, emphasis and links. Attributes go,
 * other than `href` (http, https, mailto) and the span of table cells, as do scripts, styles, pictures, frames,
 * forms and control characters. Headings become `h3` or `h4`, since `h1` and `h2` belong to the page. Cleaning
 * twice changes nothing. What is longer than `MAX_DESCRIPTION_LENGTH` is cut.
 */
export function cleanDescription(written: string): CleanDescription {
  const start = firstCharacters(written, MAX_DESCRIPTION_LENGTH)
  let source = start.replace(CONTROL_CHARACTERS, '')
  const removed = new Set(Array.from(source.matchAll(VISIBLE_THINGS), ([, tag = '']) => tag.toLowerCase()))
  let html = clean(source)
  let isCut = start !== written
  // Cleaning can lengthen a text, as it writes `&amp;` for `&`.
  while (firstCharacters(html, MAX_DESCRIPTION_LENGTH) !== html) {
    source = source
      .slice(0, Math.floor((source.length * MAX_DESCRIPTION_LENGTH * 0.99) / html.length))
      .toWellFormed()
    html = clean(source)
    isCut = true
  }
  return { html, removed: [...removed].sort(), isCut }
}

function clean(source: string): string {
  return sanitizeHtml(source, RULES).trim()
}

const RULES: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'div', 'br', 'ul', 'ol', 'li', 'h3', 'h4', 'blockquote', 'a', 'strong', 'em', 'sub', 'sup'],
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
    a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow' }),
  },
}
