import { Type } from 'typebox'

/**
 * Schema of one line of user text. It allows no control characters, because PostgreSQL rejects NUL and a line break
 * could inject an email header. Lengths count Unicode code points, as in JSON Schema and everywhere in the shop.
 */
export function SingleLine(minLength: number, maxLength: number) {
  const pattern = minLength > 0 ? '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$' : '^[^\\u0000-\\u001f\\u007f]*$'
  return Type.String({ minLength, maxLength, pattern, description: 'one line of text' })
}

/**
 * White space and invisible characters: soft hyphens, zero-width characters, fillers, blank Braille, direction marks.
 */
const INVISIBLE =
  '\\s\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb'

/** Schema of a `SingleLine` with at least one visible character, such as a person's name. */
export function VisibleLine(maxLength: number) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=.*[^${INVISIBLE}])[^\\u0000-\\u001f\\u007f]*$`,
    description: 'one line of text with a visible character',
  })
}

const visible = new RegExp(`[^${INVISIBLE}\\u{e0000}-\\u{e0fff}]`, 'u')

/** Whether a text has a visible character. */
export function isVisible(text: string): boolean {
  return visible.test(text)
}

/** The text without white space around it; `''` if it has no visible character. */
export function visibleText(text: string): string {
  return isVisible(text) ? text.trim() : ''
}

/** Quotes a text for a message, with the `preferred` quotation marks, or with others if the text contains them. */
export function quote(text: string, preferred: '"' | "'" = '"'): string {
  const mark = [preferred, '"', "'"].find((each) => !text.includes(each))
  return mark ? `${mark}${text}${mark}` : `“${text}”`
}

/** A count with its noun, as messages need it: `1 product`, `2 products`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

/** Truncates a text to `maxLength` code points, so that it never splits a surrogate pair. */
export function firstCharacters(text: string, maxLength: number): string {
  // A text has at least as many UTF-16 units as code points, and most texts are short enough: no need to count.
  if (text.length <= maxLength) return text
  let units = 0
  let characters = 0
  for (const character of text) {
    if (characters === maxLength) return text.slice(0, units)
    characters++
    units += character.length
  }
  return text
}

/** Schema of text with several lines. Of the C0 control characters it allows tabs and line breaks only. */
export function MultiLine(minLength: number, maxLength: number) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$' })
}

const MAX_EMAIL = 254
const LOCAL_PART = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DOMAIN = `${LABEL}(?:\\.${LABEL})+`
const EMAIL = `^${LOCAL_PART}@${DOMAIN}$`

/**
 * Schema of an email address in the syntax of browsers (HTML Living Standard, `input type=email`), up to 254 characters
 * (RFC 5321).
 */
export const Email = Type.String({ maxLength: MAX_EMAIL, pattern: EMAIL, description: 'email address' })

const BEYOND_ASCII = '[^\\u0000-\\u00a0]'

/**
 * Schema of an email address as people type it: an `Email`, or one with an internationalised domain (IDNA).
 * `asciiEmail` (email.ts) converts it to an `Email` if the domain is valid.
 */
export const TypedEmail = Type.String({
  maxLength: MAX_EMAIL,
  pattern: `^${LOCAL_PART}@(?:${DOMAIN}|(?=.*${BEYOND_ASCII})(?:[a-zA-Z0-9.-]|${BEYOND_ASCII})+)$`,
  description: 'email address; its domain may be internationalised',
})

const email = new RegExp(EMAIL)

/** Whether a text is an `Email`. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_EMAIL && email.test(text)
}

/** Schema of a point in time: RFC 3339 in UTC, as from `Date.prototype.toISOString`. */
export const Timestamp = Type.String({
  maxLength: 40,
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$',
  description: 'RFC 3339, UTC',
})

/** Schema of a handle (slug): the part of a page's URL that names a product or category. */
export const Handle = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u0020/?#%\\\\]+$',
  description: 'name in URLs',
})
